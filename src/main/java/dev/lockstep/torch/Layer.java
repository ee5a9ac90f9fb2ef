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

  /** The tensors that it trains, in PyTorch's order. */
  default List<Weight> weights(Dims input) {
    return List.of();
  }

  /** Its running form; holds no native memory of its own. */
  Operation operation(Dims input);
}
