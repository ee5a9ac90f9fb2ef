package dev.lockstep.tune;

import dev.lockstep.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a continued study may have otherwise than before: more trials and more time. */
final class Resumption {
  private static final String TRIALS = "trials";
  private static final String SECONDS = "max_seconds";

  /** Decides nothing in a study that passed its checks. */
  private static final Set<String> FREE = Set.of("max_trials", "parallel");

  private Resumption() {}

  /**
   * Compares settings.
   *
   * @throws ConfigException with a sentence for each difference
   */
  static void check(Map<String, Object> was, Map<String, Object> is) {
    Map<String, String> before = flat(was);
    Map<String, String> now = flat(is);
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String old = before.getOrDefault(key, "absent");
      String given = now.getOrDefault(key, "absent");
      if (!old.equals(given) && !FREE.contains(key) && !grows(key, old, given)) {
        String more = key.equals(TRIALS) || key.equals(SECONDS) ? "; it may only grow" : "";
        differences.add("tune." + key + " was " + old + ", is " + given + more);
      }
    }
    if (!differences.isEmpty()) {
      differences.add(
          "this study has begun with other settings: restore them, or give it another output");
      throw new ConfigException(differences);
    }
  }

  private static boolean grows(String key, String old, String given) {
    if (key.equals(SECONDS)) {
      return given.equals("absent")
          || (!old.equals("absent") && Double.parseDouble(given) >= Double.parseDouble(old));
    }
    return key.equals(TRIALS) && Long.parseLong(given) >= Long.parseLong(old);
  }

  private static Map<String, String> flat(Map<String, Object> settings) {
    Map<String, String> flat = new TreeMap<>();
    settings.forEach((key, value) -> flatten(key, value, flat));
    return flat;
  }

  private static void flatten(String key, Object value, Map<String, String> into) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((inner, one) -> flatten(key + "." + inner, one, into));
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        flatten(key + "[" + i + "]", list.get(i), into);
      }
    } else {
      into.put(key, String.valueOf(value));
    }
  }
}
