package dev.lockstep.torch;

import dev.lockstep.data.Category;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers of every listed kind: a kind that is added is in all tests of layers. */
final class LayerVariants {
  /** What the inputs of a layer may look like. */
  private static final List<Dims> INPUTS =
      List.of(
          Dims.of(6),
          Dims.of(2, 5),
          Dims.of(2, 4, 5),
          Dims.tokens(5, 7),
          new Dims(List.of(6), 0, List.of(new Category(2, "c", 4))));

  private LayerVariants() {}

  /** The defaults of every kind, and each of its flags and choices otherwise, by name. */
  static Map<String, Layer> all() throws ReflectiveOperationException {
    Map<String, Layer> all = new LinkedHashMap<>();
    for (String kind : Layers.REGISTRY.kinds().keySet()) {
      Layer defaults = Layers.REGISTRY.defaults(kind);
      all.put(kind, defaults);
      RecordComponent[] components = defaults.getClass().getRecordComponents();
      for (int i = 0; i < components.length; i++) {
        for (Object choice : choices(components[i])) {
          Layer variant = with(defaults, components, i, choice);
          if (!all.containsValue(variant)) {
            all.put(kind + " " + components[i].getName() + "=" + choice, variant);
          }
        }
      }
    }
    return all;
  }

  private static List<Object> choices(RecordComponent component) {
    if (component.getType() == boolean.class) {
      return List.of(true, false);
    }
    Object[] constants = component.getType().getEnumConstants();
    return constants == null ? List.of() : List.of(constants);
  }

  private static Layer with(Layer layer, RecordComponent[] components, int place, Object value)
      throws ReflectiveOperationException {
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = i == place ? value : components[i].getAccessor().invoke(layer);
    }
    return (Layer) layer.getClass().getDeclaredConstructor(types).newInstance(values);
  }

  /** The inputs that a layer takes. */
  static List<Dims> inputs(Layer layer) {
    List<Dims> taken = new ArrayList<>();
    for (Dims input : INPUTS) {
      try {
        Plan.of(List.of(layer), input);
        taken.add(input);
      } catch (IllegalArgumentException e) {
        // It says what it takes, as LayersTest requires.
        continue;
      }
    }
    return taken;
  }

  /** The inputs that it refuses. */
  static List<Dims> refused(Layer layer) {
    List<Dims> refused = new ArrayList<>(INPUTS);
    refused.removeAll(inputs(layer));
    return refused;
  }
}
