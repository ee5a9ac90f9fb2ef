package dev.lockstep.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of a component: a name in the run file to the record that holds the component's
 * hyperparameters. Each record has a {@code public static final DEFAULTS} of its own type.
 *
 * @param <T> the component's contract
 */
public final class Registry<T> {
  private final String component;
  private final Class<T> contract;
  private final String key;
  private final Map<String, Class<? extends T>> kinds = new LinkedHashMap<>();

  /** What holds the settings that a kind shares with others. */
  private final Map<String, Class<? extends T>> wrappers = new LinkedHashMap<>();

  /**
   * An empty registry.
   *
   * @param component what the kinds are kinds of, such as {@code "optimizer"}
   * @param contract the interface that all kinds implement; a component of this type in a record is
   *     read from an object with {@code kind}
   */
  public Registry(String component, Class<T> contract) {
    this(component, contract, "kind");
  }

  /** An empty registry whose kinds are named by another key than {@code kind}. */
  public Registry(String component, Class<T> contract, String key) {
    this.component = component;
    this.contract = contract;
    this.key = key;
  }

  /** Adds a kind; this registry. */
  public Registry<T> with(String kind, Class<? extends T> type) {
    if (!type.isRecord() || kinds.put(kind, type) != null) {
      throw new IllegalArgumentException(
          component + " " + kind + ": " + type + " is no new record");
    }
    return this;
  }

  /** Adds all kinds of another registry; this registry. */
  public Registry<T> with(Registry<T> others) {
    others.kinds().forEach(this::with);
    wrappers.putAll(others.wrappers);
    return this;
  }

  /**
   * Gives all kinds so far settings that they share: a record whose first component is the
   * component itself, and whose others are left out of most files. It is there only where one of
   * them is set.
   */
  public Registry<T> sharing(Class<? extends T> wrapper) {
    kinds.keySet().forEach(kind -> wrappers.put(kind, wrapper));
    return this;
  }

  /** What holds the settings that a kind shares with others, if there are any. */
  Optional<Class<? extends T>> wrapper(String kind) {
    return Optional.ofNullable(wrappers.get(kind));
  }

  /** Whether a value is a component with settings that it shares. */
  boolean isWrapped(Object value) {
    return wrappers.containsValue(value.getClass());
  }

  /** The component itself. */
  Object unwrapped(Object value) {
    return isWrapped(value) ? Shape.read(value.getClass().getRecordComponents()[0], value) : value;
  }

  /** What the kinds are kinds of. */
  public String component() {
    return component;
  }

  /** The interface that all kinds implement. */
  public Class<T> contract() {
    return contract;
  }

  /** The key that names the kind in an object, {@code kind} unless it was given. */
  public String key() {
    return key;
  }

  /** All kinds, in the order they were added. */
  public Map<String, Class<? extends T>> kinds() {
    return Collections.unmodifiableMap(kinds);
  }

  /** The record type of a kind. */
  public Optional<Class<? extends T>> type(String kind) {
    return Optional.ofNullable(kinds.get(kind));
  }

  /** The kind of a component's record. */
  public String kindOf(Object value) {
    Class<?> type = unwrapped(value).getClass();
    return kinds.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(value.getClass() + " is no " + component));
  }

  /** The default record of a kind. */
  public T defaults(String kind) {
    Class<? extends T> type = type(kind).orElseThrow();
    try {
      return type.cast(type.getField("DEFAULTS").get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no public DEFAULTS", e);
    }
  }
}
