package dev.lockstep.train;

import dev.lockstep.train.store.Tensor;
import java.util.Collection;

/** Saves the state of a training when the loop says so. */
public interface Checkpointer {
  /** Saves nothing. */
  Checkpointer NONE =
      new Checkpointer() {
        @Override
        public void save(Position position, Collection<Tensor> state) {}

        @Override
        public boolean keeps(boolean stopped) {
          return false;
        }
      };

  /**
   * Saves a state. The tensors hold the training's own arrays: they must be written, or copied,
   * before this returns.
   *
   * @param state everything that {@link Training#restore} needs
   */
  void save(Position position, Collection<Tensor> state);

  /**
   * Whether a state that is due is to be saved; else it is not even gathered.
   *
   * @param stopped whether the training stops here for now
   */
  default boolean keeps(boolean stopped) {
    return true;
  }
}
