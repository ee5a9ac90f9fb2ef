package dev.lockstep.train;

import dev.lockstep.train.store.Tensor;
import java.util.Collection;

/** Saves the state of a training when the loop says so. */
@FunctionalInterface
public interface Checkpointer {
  /** Saves nothing. */
  Checkpointer NONE = (position, state) -> {};

  /**
   * Saves a state. The tensors hold the training's own arrays: they must be written, or copied,
   * before this returns.
   *
   * @param state everything that {@link Training#restore} needs
   */
  void save(Position position, Collection<Tensor> state);
}
