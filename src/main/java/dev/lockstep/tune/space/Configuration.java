package dev.lockstep.tune.space;

import dev.lockstep.config.Redaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One choice of values: what a trial's run file says instead of the study's. Keys are in
 * alphabetical order and numbers are {@code Long} where they are whole and {@code Double}
 * otherwise, so that equal configurations have equal texts, also after a way through JSON.
 *
 * @param values by path of the run file ({@code optimizer.learning_rate}): texts, numbers,
 *     booleans, lists, and objects as maps; unmodifiable
 */
public record Configuration(Map<String, Object> values) {
  private static final double LARGEST_WHOLE = 0x1p53;

  /** Nothing said otherwise. */
  public static final Configuration EMPTY = new Configuration(Map.of());

  /**
   * Copies and sorts the values.
   *
   * @throws IllegalArgumentException if one is neither text, number, boolean, list nor map
   */
  public Configuration {
    values = map(values);
  }

  /**
   * The value at a path, looked up inside objects too: {@code optimizer.kind} of {@code optimizer =
   * {kind = adam}}.
   */
  public Optional<Object> find(String path) {
    return find(values, path);
  }

  private static Optional<Object> find(Map<?, ?> in, String path) {
    if (in.containsKey(path)) {
      return Optional.of(in.get(path));
    }
    for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
      if (in.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
        Optional<Object> found = find(inner, path.substring(dot + 1));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What makes a run file that of this configuration: {@code path=value} each, as the overrides of
   * {@link dev.lockstep.config.Document#read}. An object replaces the run file's as a whole; a path
   * into it comes later and changes it.
   */
  public List<String> overrides() {
    List<String> overrides = new ArrayList<>();
    values.forEach((path, value) -> overrides.add(path + "=" + json(value)));
    return overrides;
  }

  /** The canonical text: JSON on one line, keys in alphabetical order. */
  public String text() {
    return json(values);
  }

  /** As messages may show it: {@link #text} without secrets. */
  @Override
  public String toString() {
    return json(Redaction.map(values));
  }

  /** A value in the form that configurations keep. */
  public static Object canonical(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Configuration::canonical).toList();
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      boolean whole = number == Math.rint(number) && Math.abs(number) <= LARGEST_WHOLE;
      return whole ? (Object) (long) number : (Object) number;
    }
    if (value instanceof Long || value instanceof Boolean || value instanceof String) {
      return value;
    }
    throw new IllegalArgumentException(
        "a value must be text, a number, true or false, a list or an object, is " + value);
  }

  private static Map<String, Object> map(Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), canonical(value)));
    return Collections.unmodifiableMap(sorted);
  }

  private static String json(Object value) {
    StringBuilder text = new StringBuilder();
    write(value, text);
    return text.toString();
  }

  private static void write(Object value, StringBuilder text) {
    if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(separator);
        quote(String.valueOf(entry.getKey()), text);
        text.append(':');
        write(entry.getValue(), text);
        separator = ",";
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object one : list) {
        text.append(separator);
        write(one, text);
        separator = ",";
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof String string) {
      quote(string, text);
    } else {
      text.append(value);
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char at = string.charAt(i);
      if (at == '"' || at == '\\') {
        text.append('\\').append(at);
      } else if (at < ' ' || at == '\u007f') {
        text.append(String.format("\\u%04x", (int) at));
      } else {
        text.append(at);
      }
    }
    text.append('"');
  }
}
