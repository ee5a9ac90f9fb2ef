package dev.lockstep.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Named slices of one flat float vector: the parameters of one member.
 *
 * @param slices the slices, without gaps, in order
 */
public record Layout(List<Slice> slices) implements Serializable {
  /**
   * A tensor within the vector.
   *
   * @param name PyTorch-style, such as {@code linear.weight}
   * @param shape its dimensions, row-major
   * @param offset where it starts
   * @param penalized whether l1, l2 and weight decay apply (false for intercepts, biases, norms)
   */
  public record Slice(String name, List<Integer> shape, int offset, boolean penalized)
      implements Serializable {
    /** How many values the slice has. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** After its last value. */
    public int end() {
      return offset + size();
    }
  }

  /** Checks that slices follow each other. */
  public Layout {
    slices = List.copyOf(slices);
    int offset = 0;
    for (Slice slice : slices) {
      if (slice.offset() != offset) {
        throw new IllegalArgumentException(slice + " must start at " + offset);
      }
      offset = Math.addExact(offset, slice.size());
    }
  }

  /** An empty layout to which slices are {@link #with added}. */
  public static Layout empty() {
    return new Layout(List.of());
  }

  /** This layout and one more slice at its end. */
  public Layout with(String name, boolean penalized, Integer... shape) {
    List<Slice> all = new ArrayList<>(slices);
    all.add(new Slice(name, List.of(shape), size(), penalized));
    return new Layout(all);
  }

  /** P, the length of the vector. */
  public int size() {
    return slices.isEmpty() ? 0 : slices.get(slices.size() - 1).end();
  }
}
