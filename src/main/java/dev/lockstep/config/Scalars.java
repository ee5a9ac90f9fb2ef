package dev.lockstep.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values without structure: booleans, numbers, text and enums. Numbers may come as text. */
final class Scalars {
  private static final Map<String, Boolean> BOOLEANS =
      Map.of("true", true, "yes", true, "on", true, "false", false, "no", false, "off", false);

  private Scalars() {}

  /** Whether the type is one of them. */
  static boolean holds(Class<?> type) {
    return type.isEnum() || type == String.class || type == Boolean.class || number(type);
  }

  /** What such a value must be, for a message. */
  static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + String.join(", ", constants(type));
    }
    if (number(type)) {
      return type == Double.class || type == double.class ? "a number" : "a whole number";
    }
    return type == String.class ? "text" : "true or false";
  }

  /** The value; empty where it is of another type or beyond the type's range. */
  static Optional<Object> read(ConfigValue value, Class<?> type) {
    ConfigValueType given = value.valueType();
    if (given == ConfigValueType.OBJECT || given == ConfigValueType.LIST) {
      return Optional.empty();
    }
    String text = text(value);
    if (type == String.class) {
      return Optional.of(text);
    }
    if (type.isEnum()) {
      int index = constants(type).indexOf(text);
      return index < 0 ? Optional.empty() : Optional.of(type.getEnumConstants()[index]);
    }
    return number(type) ? number(text, type) : Optional.ofNullable(BOOLEANS.get(text));
  }

  /** The text of a value that is no object and no list, as the file has it. */
  static String text(ConfigValue value) {
    return value.atKey("value").getString("value");
  }

  /** The keys of an enum's values. */
  static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(one -> Shape.key((Enum<?>) one)).toList();
  }

  private static boolean number(Class<?> type) {
    return type == Integer.class || type == Long.class || type == Double.class;
  }

  private static Optional<Object> number(String text, Class<?> type) {
    try {
      BigDecimal exact = new BigDecimal(text.strip());
      if (type == Double.class) {
        double value = exact.doubleValue();
        return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
      }
      if (exact.precision() - exact.scale() > 20) {
        return Optional.empty();
      }
      long value = exact.longValueExact();
      return type == Long.class ? Optional.of(value) : Optional.of(Math.toIntExact(value));
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
