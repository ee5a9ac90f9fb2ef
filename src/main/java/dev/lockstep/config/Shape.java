package dev.lockstep.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What reflection tells about the records and types of a configuration. */
final class Shape {
  private Shape() {}

  /** The key of a component: {@code batchSize} is {@code batch_size}. */
  static String key(RecordComponent component) {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The key of an enum's value: its name in lower case. */
  static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The keys of a record, in order. */
  static List<String> keys(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(Shape::key).toList();
  }

  /** The class of a type, without its arguments. */
  static Class<?> rawClass(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  /** A type argument of {@code Optional<T>}, {@code List<T>} or {@code Map<String, T>}. */
  static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }

  /** The record's {@code DEFAULTS}, if it has any. */
  static Optional<Object> defaults(Class<?> record) {
    try {
      Field field = record.getField("DEFAULTS");
      return field.getType() == record ? Optional.of(field.get(null)) : Optional.empty();
    } catch (NoSuchFieldException e) {
      return Optional.empty();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(record + ".DEFAULTS must be public, in a public type", e);
    }
  }

  /** The type's {@code public static X parse(String)}, if it has one. */
  static Optional<Method> parser(Class<?> type) {
    return maker(type, "parse", String.class);
  }

  /** The {@code public static X of(Map<String, T>)} of a type with a parser, if it has one. */
  static Optional<Method> factory(Class<?> type) {
    return parser(type).flatMap(parser -> maker(type, "of", Map.class));
  }

  private static Optional<Method> maker(Class<?> type, String name, Class<?> argument) {
    try {
      Method method = type.getMethod(name, argument);
      boolean fits =
          Modifier.isStatic(method.getModifiers()) && type.isAssignableFrom(method.getReturnType());
      return fits ? Optional.of(method) : Optional.empty();
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /** The value of a component. */
  static Object read(RecordComponent component, Object record) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " of " + record.getClass() + " is unreadable", e);
    }
  }

  /**
   * A new record.
   *
   * @throws IllegalArgumentException or {@link ConfigException} of the record's constructor
   */
  static Object construct(Class<?> record, Object[] values) {
    Class<?>[] types =
        Arrays.stream(record.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = record.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw unchecked(e, record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record + " cannot be constructed", e);
    }
  }

  /**
   * Calls a parser or factory.
   *
   * @throws IllegalArgumentException or {@link ConfigException} of the method
   */
  static Object call(Method method, Object argument) {
    try {
      return method.invoke(null, argument);
    } catch (InvocationTargetException e) {
      throw unchecked(e, method);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(method + " must be public, in a public type", e);
    }
  }

  private static RuntimeException unchecked(InvocationTargetException error, Object where) {
    return error.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException(where + " failed", error);
  }
}
