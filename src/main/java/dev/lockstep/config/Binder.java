package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a configuration into records. A component {@code batchSize} is read from {@code
 * batch_size}; what is left out comes from the record's {@code DEFAULTS}. Components may be {@code
 * boolean}, {@code int}, {@code long}, {@code double}, {@code String}, enums, {@code Optional},
 * {@code List} (one value stands for a list of one), {@code Map<String, T>} (in the file's order),
 * {@link Document} (taken as it is), records, contracts of a {@link Registry}, and types with
 * {@code public static X parse(String)}, which may also have {@code public static X of(Map<String,
 * T>)}.
 */
public final class Binder {
  private final Map<Class<?>, Registry<?>> registries = new LinkedHashMap<>();

  /** A binder that knows the components of these registries. */
  public Binder(List<Registry<?>> registries) {
    registries.forEach(registry -> this.registries.put(registry.contract(), registry));
  }

  /** The registry of a contract. */
  Optional<Registry<?>> registry(Class<?> contract) {
    return Optional.ofNullable(registries.get(contract));
  }

  /** The contract under which the value's type is registered. */
  Optional<Class<?>> contractOf(Object value) {
    return registries.values().stream()
        .filter(
            registry ->
                registry.kinds().containsValue(value.getClass()) || registry.isWrapped(value))
        .<Class<?>>map(Registry::contract)
        .findFirst();
  }

  /**
   * A configuration as a record.
   *
   * @throws ConfigException with every problem
   */
  public <T extends Record> T bind(Document document, Class<T> type) {
    Problems problems = document.problems();
    Optional<T> bound = bind(document, type, problems);
    problems.throwIfAny();
    return bound.orElseThrow();
  }

  /** A configuration as a record; empty only if problems were added. */
  public <T extends Record> Optional<T> bind(Document document, Class<T> type, Problems problems) {
    return new RecordReader(this, problems)
        .read(document.config().root(), type, "")
        .map(type::cast);
  }

  /**
   * The object at a path of a configuration as a record, an absent one as if it were empty; empty
   * only if problems were added.
   */
  public <T extends Record> Optional<T> bind(
      Document document, String path, Class<T> type, Problems problems) {
    Config config = document.config();
    if (!config.hasPath(path)) {
      return new RecordReader(this, problems)
          .read(
              (ConfigObject) ConfigFactory.empty().root().withOrigin(config.root().origin()),
              type,
              path)
          .map(type::cast);
    }
    return value(config.getValue(path), type, path, problems).map(type::cast);
  }

  /** A value as a type; empty only if a problem was added. */
  Optional<Object> value(ConfigValue value, Type type, String path, Problems problems) {
    Class<?> raw = Shape.rawClass(type);
    if (raw == Optional.class) {
      return value(value, Shape.argument(type, 0), path, problems).map(Optional::of);
    }
    if (raw == List.class) {
      return list(value, Shape.argument(type, 0), path, problems);
    }
    boolean object = value.valueType() == ConfigValueType.OBJECT;
    Optional<Method> parser = object ? Optional.empty() : Shape.parser(raw);
    if (parser.isPresent() && value.valueType() != ConfigValueType.LIST) {
      return parsed(parser.get(), value, path, problems);
    }
    if (Scalars.holds(boxed(raw))) {
      return scalar(value, boxed(raw), path, problems);
    }
    if (!object) {
      problems.add(
          value.origin(),
          path + " must be " + expected(type) + ", is " + Redaction.shown(path, value));
      return Optional.empty();
    }
    ConfigObject inner = (ConfigObject) value;
    Optional<Method> factory = Shape.factory(raw);
    if (factory.isPresent()) {
      return made(factory.get(), inner, path, problems);
    }
    if (raw == Map.class) {
      return map(inner, Shape.argument(type, 1), path, problems);
    }
    if (raw == Document.class) {
      return Optional.of(new Document(inner.toConfig()));
    }
    RecordReader reader = new RecordReader(this, problems);
    return registries.containsKey(raw)
        ? reader.component(inner, registries.get(raw), path)
        : reader.read(inner, raw, path);
  }

  /** What a component is where neither the file nor DEFAULTS has it; empty if it must be given. */
  static Optional<Object> implied(Type type) {
    Class<?> raw = Shape.rawClass(type);
    if (raw == Optional.class) {
      return Optional.of(Optional.empty());
    }
    if (raw == List.class) {
      return Optional.of(List.of());
    }
    if (raw == Map.class) {
      return Optional.of(Map.of());
    }
    if (raw == Document.class) {
      return Optional.of(Document.EMPTY);
    }
    return raw.isRecord() ? Shape.defaults(raw) : Optional.empty();
  }

  /** What a value must be, for a message. */
  String expected(Type type) {
    Class<?> raw = Shape.rawClass(type);
    if (raw == Optional.class) {
      return expected(Shape.argument(type, 0));
    }
    if (raw == List.class) {
      return "a list [..] of which each is " + expected(Shape.argument(type, 0));
    }
    if (Scalars.holds(boxed(raw))) {
      return Scalars.expected(boxed(raw));
    }
    if (registries.containsKey(raw)) {
      Registry<?> registry = registries.get(raw);
      String kinds = String.join(", ", registry.kinds().keySet());
      return "an object with " + registry.key() + " = one of " + kinds;
    }
    if (raw == Map.class || raw == Document.class) {
      return "an object { name = value, .. }";
    }
    boolean text = Shape.parser(raw).isPresent();
    return raw.isRecord() && !text
        ? "an object { .. } with " + String.join(", ", Shape.keys(raw))
        : "text";
  }

  private Optional<Object> list(ConfigValue value, Type type, String path, Problems problems) {
    if (!(value instanceof ConfigList list)) {
      return value(value, type, path, problems).map(List::of);
    }
    List<Object> bound = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String at = path + "[" + i + "]";
      if (list.get(i).valueType() == ConfigValueType.NULL) {
        problems.add(list.get(i).origin(), at + " must be " + expected(type) + ", is null");
      } else {
        value(list.get(i), type, at, problems).ifPresent(bound::add);
      }
    }
    return bound.size() == list.size() ? Optional.of(List.copyOf(bound)) : Optional.empty();
  }

  private Optional<Object> map(ConfigObject object, Type type, String path, Problems problems) {
    List<Map.Entry<String, ConfigValue>> entries = new ArrayList<>(object.entrySet());
    entries.sort(
        Comparator.comparing((Map.Entry<String, ConfigValue> entry) -> line(entry.getValue()))
            .thenComparing(Map.Entry::getKey));
    Map<String, Object> bound = new LinkedHashMap<>();
    entries.removeIf(entry -> entry.getValue().valueType() == ConfigValueType.NULL);
    for (Map.Entry<String, ConfigValue> entry : entries) {
      value(entry.getValue(), type, RecordReader.join(path, entry.getKey()), problems)
          .ifPresent(one -> bound.put(entry.getKey(), one));
    }
    return bound.size() == entries.size()
        ? Optional.of(Collections.unmodifiableMap(bound))
        : Optional.empty();
  }

  private static Optional<Object> scalar(
      ConfigValue value, Class<?> type, String path, Problems problems) {
    Optional<Object> bound = Scalars.read(value, type);
    if (bound.isEmpty()) {
      String shown = Redaction.shown(path, value);
      String nearest =
          type.isEnum()
              ? NearestKey.of(shown, Scalars.constants(type))
                  .map(key -> "; did you mean " + key + "?")
                  .orElse("")
              : "";
      problems.add(
          value.origin(), path + " must be " + Scalars.expected(type) + ", is " + shown + nearest);
    }
    return bound;
  }

  private static Optional<Object> parsed(
      Method parser, ConfigValue value, String path, Problems problems) {
    try {
      return Optional.of(Shape.call(parser, Scalars.text(value)));
    } catch (IllegalArgumentException | ConfigException e) {
      problems.add(value.origin(), RecordReader.about(path, e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Object> made(
      Method factory, ConfigObject object, String path, Problems problems) {
    Type type = Shape.argument(factory.getGenericParameterTypes()[0], 1);
    Optional<Object> map = map(object, type, path, problems);
    try {
      return map.map(settings -> Shape.call(factory, settings));
    } catch (IllegalArgumentException | ConfigException e) {
      problems.add(object.origin(), RecordReader.about(path, e.getMessage()));
      return Optional.empty();
    }
  }

  private static int line(ConfigValue value) {
    int line = value.origin().lineNumber();
    return line < 1 ? Integer.MAX_VALUE : line;
  }

  private static Class<?> boxed(Class<?> type) {
    if (type == int.class) {
      return Integer.class;
    }
    if (type == long.class) {
      return Long.class;
    }
    if (type == double.class) {
      return Double.class;
    }
    return type == boolean.class ? Boolean.class : type;
  }
}
