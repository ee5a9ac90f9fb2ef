package dev.lockstep.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Named slices of one flat float vector: the parameters of one member, and what else it remembers.
 *
 * @param slices the slices, without gaps, in order
 */
public record Layout(List<Slice> slices) implements Serializable {
  /** What moves the values of a slice. */
  public enum Role {
    /** The optimizer, by their gradient. */
    TRAINED,
    /** Nothing: they stay what they are, bit for bit. */
    FROZEN,
    /**
     * The rows themselves (running statistics). In a {@code GradientSum} a buffer's slots hold
     * weight times change, so that the weighted mean over all rows of a step, summed along the same
     * tree as gradients, is what the step adds. The optimizer never sees it.
     */
    BUFFER
  }

  /**
   * Neighbouring slices of one role.
   *
   * @param from the first coordinate
   * @param to after the last one
   */
  public record Run(int from, int to) {}

  /**
   * A tensor within the vector.
   *
   * @param name PyTorch-style, such as {@code linear.weight}
   * @param shape its dimensions, row-major
   * @param offset where it starts
   * @param penalized whether l1, l2 and weight decay apply (false for intercepts, biases, norms and
   *     all that is not trained)
   * @param role what moves its values
   */
  public record Slice(String name, List<Integer> shape, int offset, boolean penalized, Role role)
      implements Serializable {
    /** Checks that only what is trained is penalized. */
    public Slice {
      if (penalized && role != Role.TRAINED) {
        throw new IllegalArgumentException("%s is penalized, but %s".formatted(name, role));
      }
    }

    /** A trained tensor. */
    public Slice(String name, List<Integer> shape, int offset, boolean penalized) {
      this(name, shape, offset, penalized, Role.TRAINED);
    }

    /** How many values the slice has. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** After its last value. */
    public int end() {
      return offset + size();
    }

    /** The layer or module that has the tensor: its name up to the last dot, if it has one. */
    public Optional<String> holder() {
      int dot = name.lastIndexOf('.');
      return dot < 0 ? Optional.empty() : Optional.of(name.substring(0, dot));
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

  /** This layout and one more trained slice at its end. */
  public Layout with(String name, boolean penalized, Integer... shape) {
    return with(new Slice(name, List.of(shape), size(), penalized));
  }

  /** This layout and one more slice at its end, which is not penalized. */
  public Layout with(String name, Role role, Integer... shape) {
    return with(new Slice(name, List.of(shape), size(), false, role));
  }

  private Layout with(Slice slice) {
    List<Slice> all = new ArrayList<>(slices);
    all.add(slice);
    return new Layout(all);
  }

  /** The same with some slices frozen; a buffer that is frozen keeps its statistics. */
  public Layout freeze(Predicate<Slice> which) {
    List<Slice> all = new ArrayList<>(slices);
    all.replaceAll(
        slice ->
            which.test(slice)
                ? new Slice(slice.name(), slice.shape(), slice.offset(), false, Role.FROZEN)
                : slice);
    return new Layout(all);
  }

  /** The longest runs of neighbouring slices of a role, ascending. */
  public List<Run> runs(Role role) {
    List<Run> runs = new ArrayList<>();
    for (Slice slice : slices) {
      if (slice.role() == role) {
        int last = runs.size() - 1;
        boolean next = last >= 0 && runs.get(last).to() == slice.offset();
        int from = next ? runs.remove(last).from() : slice.offset();
        runs.add(new Run(from, slice.end()));
      }
    }
    return runs;
  }

  /** P, the length of the vector. */
  public int size() {
    return slices.isEmpty() ? 0 : slices.get(slices.size() - 1).end();
  }
}
