package dev.lockstep.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an object into a record: unknown keys, missing ones, and every range that the record's
 * constructor refuses are problems, all of them found in one go.
 */
final class RecordReader {
  private static final Pattern FIRST_WORD = Pattern.compile("^([a-z][a-z0-9_]*)\\b");
  private static final Pattern PREDICATE =
      Pattern.compile("^(must|is|are|has|have|needs?|cannot|may|names?|does|holds?)\\b.*");

  private static final ConfigObject NOTHING = ConfigFactory.empty().root();

  private final Binder binder;
  private final Problems problems;

  RecordReader(Binder binder, Problems problems) {
    this.binder = binder;
    this.problems = problems;
  }

  /** The record of an object whose {@code kind} says which one. */
  Optional<Object> component(ConfigObject object, Registry<?> registry, String path) {
    ConfigValue kind = object.get(registry.key());
    String at = join(path, registry.key());
    List<String> kinds = List.copyOf(registry.kinds().keySet());
    if (kind == null || kind.valueType() == ConfigValueType.NULL) {
      problems.add(
          object.origin(), at + " is missing; it must be one of " + String.join(", ", kinds));
      return Optional.empty();
    }
    Optional<String> name = Scalars.read(kind, String.class).map(String.class::cast);
    Optional<? extends Class<?>> type = name.flatMap(registry::type);
    if (type.isEmpty()) {
      String shown = Redaction.shown(at, kind);
      problems.add(
          kind.origin(),
          at
              + " is "
              + shown
              + ", no "
              + registry.component()
              + "; "
              + NearestKey.advice(shown, kinds));
      return Optional.empty();
    }
    List<String> shared = shared(registry, name.get());
    List<String> besides = new ArrayList<>(List.of(registry.key()));
    besides.addAll(shared);
    Optional<Object> component = read(object, type.get(), path, besides);
    boolean wrapped =
        shared.stream()
            .map(object::get)
            .anyMatch(value -> value != null && value.valueType() != ConfigValueType.NULL);
    return wrapped
        ? component.flatMap(it -> wrap(object, registry.wrapper(name.get()).get(), it, path))
        : component;
  }

  /** The settings that a kind shares with others. */
  private static List<String> shared(Registry<?> registry, String kind) {
    return registry
        .wrapper(kind)
        .map(wrapper -> Shape.keys(wrapper).subList(1, Shape.keys(wrapper).size()))
        .orElse(List.of());
  }

  /** A component with the settings that it shares. */
  private Optional<Object> wrap(
      ConfigObject object, Class<?> wrapper, Object component, String path) {
    RecordComponent[] components = wrapper.getRecordComponents();
    Object[] values = new Object[components.length];
    boolean[] replaced = new boolean[components.length];
    values[0] = component;
    Optional<Object> defaults = Shape.defaults(wrapper);
    for (int i = 1; i < components.length; i++) {
      Optional<Object> bound = read(object, components[i], path, defaults);
      replaced[i] = bound.isEmpty();
      values[i] = bound.orElse(null);
    }
    return construct(new Draft(object, wrapper, path, values, replaced), defaults);
  }

  /** The record of an object. */
  Optional<Object> read(ConfigObject object, Class<?> type, String path) {
    return read(object, type, path, List.of());
  }

  private Optional<Object> read(
      ConfigObject object, Class<?> type, String path, List<String> besides) {
    if (!type.isRecord()) {
      throw new IllegalStateException(path + ": " + type + " is no record and has no registry");
    }
    reportUnknown(object, type, path, besides);
    Optional<Object> defaults = Shape.defaults(type);
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    boolean[] replaced = new boolean[components.length];
    for (int i = 0; i < components.length; i++) {
      Optional<Object> bound = read(object, components[i], path, defaults);
      replaced[i] = bound.isEmpty();
      values[i] = bound.orElseGet(() -> null);
    }
    return construct(new Draft(object, type, path, values, replaced), defaults);
  }

  private Optional<Object> read(
      ConfigObject object, RecordComponent component, String path, Optional<Object> defaults) {
    String at = join(path, Shape.key(component));
    ConfigValue value = object.get(Shape.key(component));
    if (value != null && value.valueType() != ConfigValueType.NULL) {
      return binder.value(value, component.getGenericType(), at, problems);
    }
    if (needsMore(component.getType())) {
      return read((ConfigObject) NOTHING.withOrigin(object.origin()), component.getType(), at);
    }
    Optional<Object> missing =
        component.isAnnotationPresent(Required.class)
            ? Optional.empty()
            : defaults
                .map(all -> Shape.read(component, all))
                .or(() -> Binder.implied(component.getGenericType()));
    if (missing.isEmpty()) {
      String expected = binder.expected(component.getGenericType());
      problems.add(object.origin(), at + " is missing; it must be " + expected);
    }
    return missing;
  }

  /** Whether it is a section that cannot be left out as a whole, because some of it cannot. */
  private static boolean needsMore(Class<?> type) {
    return type.isRecord()
        && Arrays.stream(type.getRecordComponents())
            .anyMatch(component -> component.isAnnotationPresent(Required.class));
  }

  /** A record's values before it exists; those of broken components are replaced by defaults. */
  private record Draft(
      ConfigObject object, Class<?> type, String path, Object[] values, boolean[] replaced) {}

  /** Constructs; where the constructor refuses a value, says so and tries on with its default. */
  private Optional<Object> construct(Draft draft, Optional<Object> defaults) {
    RecordComponent[] components = draft.type().getRecordComponents();
    boolean sound = true;
    for (int i = 0; i < components.length; i++) {
      if (draft.replaced()[i]) {
        sound = false;
        if (defaults.isEmpty()) {
          return Optional.empty();
        }
        draft.values()[i] = Shape.read(components[i], defaults.get());
      }
    }
    for (int tries = 0; tries <= components.length; tries++) {
      try {
        Object record = Shape.construct(draft.type(), draft.values());
        return sound ? Optional.of(record) : Optional.empty();
      } catch (ConfigException e) {
        e.problems().forEach(problem -> refuse(draft, problem));
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        sound = false;
        int refused = refuse(draft, String.valueOf(e.getMessage()));
        if (refused < 0 || draft.replaced()[refused] || defaults.isEmpty()) {
          return Optional.empty();
        }
        draft.replaced()[refused] = true;
        draft.values()[refused] = Shape.read(components[refused], defaults.get());
      }
    }
    return Optional.empty();
  }

  /** Reports what a constructor said; the number of the component it is about, or -1. */
  private int refuse(Draft draft, String message) {
    List<String> keys = Shape.keys(draft.type());
    Matcher word = FIRST_WORD.matcher(message);
    int component = word.find() ? keys.indexOf(word.group(1)) : -1;
    if (component < 0) {
      problems.add(
          draft.object().origin(), draft.path().isEmpty() ? message : about(draft.path(), message));
    } else if (!draft.replaced()[component]) {
      ConfigValue value = draft.object().get(keys.get(component));
      problems.add(
          value == null ? draft.object().origin() : value.origin(), join(draft.path(), message));
    }
    return component;
  }

  private void reportUnknown(
      ConfigObject object, Class<?> type, String path, List<String> besides) {
    List<String> known = new ArrayList<>(besides);
    known.addAll(Shape.keys(type));
    object.forEach(
        (key, value) -> {
          if (!known.contains(key)) {
            problems.add(
                value.origin(), join(path, key) + " is unknown; " + NearestKey.advice(key, known));
          }
        });
  }

  /** A sentence about a path from a message that may or may not be a predicate. */
  static String about(String path, String message) {
    String key = path.substring(path.lastIndexOf('.') + 1);
    if (message.startsWith(key + " ")) {
      return path + message.substring(key.length());
    }
    return path + (PREDICATE.matcher(message).matches() ? " " : ": ") + message;
  }

  /** A path and a key below it. */
  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
