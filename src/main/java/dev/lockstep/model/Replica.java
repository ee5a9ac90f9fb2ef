package dev.lockstep.model;

import dev.lockstep.data.Batch;
import dev.lockstep.math.RandomKey;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A running copy of a model in one worker; may hold native memory. Used by one thread at a time.
 */
public interface Replica extends AutoCloseable {
  /**
   * Announces that parameters keep their values until the next announcement, over any number of
   * sums: a replica that has taken them need not take them again.
   *
   * @param params themselves, not their equals; empty where any may change
   */
  default void hold(Optional<Parameters> params) {}

  /**
   * How many rows it takes together while training, where rows change each other's scores: a
   * shard's rows of a step then come as one batch, or, where they are more than these, as
   * near-equal ones. Empty where each row counts for itself.
   */
  default OptionalInt coupledRows() {
    return OptionalInt.empty();
  }

  /**
   * Announces that the batches up to {@link #finish} are added to one sum, with the same
   * parameters. A replica may then keep gradients to itself in the meantime. What an earlier sum,
   * never finished, left behind is forgotten.
   */
  default void begin(GradientSum into) {}

  /** Ends what {@link #begin} began: the sum is complete. */
  default void finish(GradientSum into) {}

  /**
   * Adds the weighted gradients, losses and weights of a batch, for every member; to the slots of a
   * buffer weight times the change that the rows want of it. What it adds to those of frozen slices
   * counts for nothing.
   *
   * @param params all members' parameters
   * @param key draws what is random in the step (dropout) for this shard
   * @param into {@code [members, size]}; written
   */
  void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into);

  /**
   * Scores a batch.
   *
   * @param scores {@code [members, rows, outputs]}; written. Raw scores, offset included: the
   *     loss's {@code predictions} turns them into probabilities or means
   */
  void predict(Parameters params, Batch batch, float[] scores);

  @Override
  void close();
}
