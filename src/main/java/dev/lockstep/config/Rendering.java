package dev.lockstep.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns records back into what a run file would say: everything resolved, nothing left out. */
public final class Rendering {
  private final Binder binder;

  /** A rendering with the binder's registries. */
  public Rendering(Binder binder) {
    this.binder = binder;
  }

  /** A record as nested maps, lists and values, by key, in the record's order. */
  public Map<String, Object> map(Record record) {
    Map<String, Object> rendered = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = Shape.read(component, record);
      if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
        Object plain = value instanceof Optional<?> optional ? optional.get() : value;
        Class<?> type =
            value instanceof Optional<?>
                ? Shape.rawClass(Shape.argument(component.getGenericType(), 0))
                : component.getType();
        rendered.put(Shape.key(component), value(plain, type));
      }
    }
    return rendered;
  }

  private Object value(Object value, Class<?> type) {
    if (value instanceof List<?> list) {
      return list.stream().map(one -> value(one, contract(one))).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> rendered = new LinkedHashMap<>();
      map.forEach((key, one) -> rendered.put(String.valueOf(key), value(one, contract(one))));
      return rendered;
    }
    if (value instanceof Document document) {
      return document.config().root().unwrapped();
    }
    if (value instanceof Enum<?> constant) {
      return Shape.key(constant);
    }
    Optional<Registry<?>> registry = binder.registry(type);
    if (registry.isPresent()) {
      Map<String, Object> rendered = new LinkedHashMap<>();
      rendered.put(registry.get().key(), registry.get().kindOf(value));
      Object component = registry.get().unwrapped(value);
      rendered.putAll(map((Record) component));
      if (component != value) {
        Map<String, Object> shared = map((Record) value);
        shared.remove(shared.keySet().iterator().next());
        rendered.putAll(shared);
      }
      return rendered;
    }
    if (Shape.parser(value.getClass()).isPresent() && readsBack(value)) {
      return value.toString();
    }
    if (!(value instanceof Record record)) {
      return value;
    }
    Map<String, Object> rendered = map(record);
    return Shape.factory(value.getClass()).isPresent() ? onlyMap(rendered) : rendered;
  }

  /** What a factory of maps was given: the one component of the record that is a map. */
  private static Object onlyMap(Map<String, Object> rendered) {
    return rendered.values().stream()
        .filter(Map.class::isInstance)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(rendered + " has no map"));
  }

  /** The contract of an element, whose declared type is not at hand. */
  private Class<?> contract(Object element) {
    return binder.contractOf(element).orElse(element.getClass());
  }

  private static boolean readsBack(Object value) {
    try {
      return Shape.call(Shape.parser(value.getClass()).orElseThrow(), value.toString())
          .equals(value);
    } catch (IllegalArgumentException | ConfigException e) {
      return false;
    }
  }
}
