package dev.lockstep.tune;

import dev.lockstep.config.Redaction;
import dev.lockstep.tune.space.Configuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The secrets among the values of a study's settings: passwords in URIs, and whatever a setting of
 * such a name holds. They stay in the run file; what is written has their numbers instead, by which
 * the same run file gives them back, also after a password was replaced by another.
 *
 * @param values in the order of the settings' paths
 */
record Secrets(List<Object> values) {
  private static final String NUMBER = "$redacted";
  private static final String SHOWN = "shown";

  /** Copies the list. */
  Secrets {
    values = List.copyOf(values);
  }

  /** The secrets of settings, as nested maps. */
  static Secrets of(Map<String, Object> settings) {
    List<Object> found = new ArrayList<>();
    replaced(
        "",
        settings,
        (path, value) -> {
          if (isSecret(path, value) && !found.contains(value)) {
            found.add(value);
          }
          return value;
        });
    return new Secrets(found);
  }

  /** Settings or values by path, each secret as its number and what may be seen of it. */
  Map<String, Object> hidden(Map<String, Object> open) {
    return values.isEmpty() ? open : replaced("", open, this::hidden);
  }

  private Object hidden(String path, Object value) {
    int number = isSecret(path, value) ? values.indexOf(value) : -1;
    return number < 0 ? value : Map.of(NUMBER, number, SHOWN, seen(path, value));
  }

  /** The values again that were {@link #hidden}; a number that there is no secret of stays. */
  Map<String, Object> revealed(Map<String, Object> hidden) {
    return replaced(
        "",
        hidden,
        (path, value) ->
            number(value) >= 0 && number(value) < values.size()
                ? values.get(number(value))
                : value);
  }

  /**
   * What may be seen of values that were {@link #hidden}, with the number where several would look
   * alike.
   */
  static Map<String, Object> shown(Map<String, Object> hidden) {
    return replaced(
        "",
        hidden,
        (path, value) ->
            number(value) < 0
                ? value
                : "%s (%d)".formatted(((Map<?, ?>) value).get(SHOWN), number(value) + 1));
  }

  private static int number(Object value) {
    return value instanceof Map<?, ?> map && map.get(NUMBER) instanceof Number number
        ? number.intValue()
        : -1;
  }

  private static boolean isSecret(String path, Object value) {
    boolean whole = value instanceof Map || value instanceof List;
    return !whole && !String.valueOf(seen(path, value)).equals(String.valueOf(value));
  }

  private static Object seen(String path, Object value) {
    return Redaction.map(Map.of(path, value)).get(path);
  }

  /** Nested maps and lists with every value replaced, in the order of their paths. */
  private static Map<String, Object> replaced(
      String path, Map<?, ?> in, BiFunction<String, Object, Object> replacement) {
    Map<String, Object> sorted = new TreeMap<>();
    in.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    Map<String, Object> out = new LinkedHashMap<>();
    sorted.forEach((key, value) -> out.put(key, replaced(path + "." + key, value, replacement)));
    return out;
  }

  private static Object replaced(
      String path, Object value, BiFunction<String, Object, Object> replacement) {
    if (value instanceof Map<?, ?> map && number(map) < 0) {
      return replaced(path, map, replacement);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(one -> replaced(path, one, replacement)).toList();
    }
    return value == null ? "" : replacement.apply(path, Configuration.canonical(value));
  }
}
