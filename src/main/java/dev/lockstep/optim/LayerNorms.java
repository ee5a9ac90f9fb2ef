package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import java.util.LinkedHashMap;
import java.util.Map;

/** How large a gradient is in each layer, whose tensors share their names up to the last dot. */
public final class LayerNorms {
  private LayerNorms() {}

  /**
   * The Euclidean norm of each layer's part, in the order of the layout; all sums in fixed order.
   * Nothing where there are no two layers that are trained.
   *
   * @param gradient {@code [size]}
   */
  public static Map<String, Double> of(float[] gradient, Layout layout) {
    Map<String, Double> squares = new LinkedHashMap<>();
    for (Slice slice : layout.slices()) {
      if (slice.role() == Role.TRAINED) {
        squares.putIfAbsent(layer(slice), 0.0);
      }
    }
    if (squares.size() < 2) {
      return Map.of();
    }
    for (Slice slice : layout.slices()) {
      if (slice.role() == Role.TRAINED) {
        double norm = Slices.norm(gradient, slice);
        squares.merge(layer(slice), norm * norm, Double::sum);
      }
    }
    squares.replaceAll((layer, sum) -> Math.sqrt(sum));
    return squares;
  }

  private static String layer(Slice slice) {
    return slice.holder().orElse(slice.name());
  }
}
