package dev.lockstep.app;

import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.torch.TorchScript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a model that are of use with its own features or labels alone, as each column of a
 * first weight belongs to a feature, each row of an embedding to a token and each row of a last
 * weight to a class. Layers that keep values apart (norms, vectors of categories) pass that on to
 * the next.
 *
 * @param features up to the first layer that mixes features; the order of a script's is not known,
 *     it may be any
 * @param labels from the last layer on that mixes what comes in
 */
record OuterTensors(List<Slice> features, List<Slice> labels) {
  /** Those of a model that was trained on such rows. */
  static OuterTensors of(Model model, Schema schema) {
    List<Slice> all = model.layout(schema).slices();
    Map<String, List<Slice>> named = new LinkedHashMap<>();
    for (Slice slice : all) {
      named.computeIfAbsent(layer(slice), each -> new ArrayList<>()).add(slice);
    }
    boolean tables = !schema.categories().isEmpty();
    List<List<Slice>> layers = new ArrayList<>(named.values());
    // What is added to sums over features belongs to the units, whatever features they see.
    List<Slice> features =
        outer(layers, tables).stream()
            .filter(slice -> !mixes(named.get(layer(slice)), tables) || isMatrix(slice))
            .toList();
    Collections.reverse(layers);
    return new OuterTensors(model instanceof TorchScript ? all : features, outer(layers, tables));
  }

  private static List<Slice> outer(List<List<Slice>> layers, boolean tables) {
    List<Slice> outer = new ArrayList<>();
    for (List<Slice> layer : layers) {
      outer.addAll(layer);
      if (mixes(layer, tables)) {
        return outer;
      }
    }
    return outer;
  }

  /** The tables of categories are named by their columns: {@code 0.town.weight}. */
  private static boolean mixes(List<Slice> layer, boolean tables) {
    return layer.stream()
        .anyMatch(slice -> isMatrix(slice) && !(tables && slice.name().split("\\.").length > 2));
  }

  private static boolean isMatrix(Slice slice) {
    return slice.shape().size() > 1;
  }

  private static String layer(Slice slice) {
    return slice.name().split("\\.", 2)[0];
  }
}
