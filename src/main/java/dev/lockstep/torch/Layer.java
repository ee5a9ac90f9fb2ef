package dev.lockstep.torch;

import java.io.Serializable;
import java.util.List;

/**
 * A layer of a network: its hyperparameters. Immutable. Its methods are told the dimensions of what
 * comes in, without that of the rows.
 */
public interface Layer extends Serializable {
  /**
   * What comes out.
   *
   * @throws IllegalArgumentException if the layer cannot take such an input: a sentence that says
   *     what it takes and what it was given
   */
  Dims output(Dims input);

  /** Whether what comes out of a step depends on this step and earlier ones alone. */
  default boolean causal() {
    return false;
  }

  /** Whether it draws random numbers while training. */
  default boolean draws() {
    return false;
  }

  /**
   * Whether it takes rows of any number of steps, fewer than it was told of too, and padding behind
   * the real steps changes nothing of what comes out of them.
   */
  default boolean takesAnySteps() {
    return false;
  }

  /** Its tensors, in PyTorch's order. */
  default List<Weight> weights(Dims input) {
    return List.of();
  }

  /** How many rows must pass together while training; more than 1 if they need each other. */
  default int leastRows(Dims input) {
    return 1;
  }

  /** Its running form; holds no native memory of its own. */
  Operation operation(Dims input);
}
