package dev.lockstep.train;

import java.io.Serializable;
import java.util.Optional;

/**
 * When checkpoints are written: {@code checkpoint} of the run file.
 *
 * @param everyEpochs epochs from one to the next; left out: 1, or 10 for full-batch optimizers,
 *     whose epochs are single steps
 * @param everySteps steps from one to the next, beside the epochs; left out: none
 * @param keep how many of the latest stay
 */
public record CheckpointSettings(Optional<Integer> everyEpochs, Optional<Long> everySteps, int keep)
    implements Serializable {
  /** One an epoch, of which the last two stay. */
  public static final CheckpointSettings DEFAULTS =
      new CheckpointSettings(Optional.empty(), Optional.empty(), 2);

  /** Checks the ranges. */
  public CheckpointSettings {
    if (everyEpochs.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "every_epochs must be at least 1, is " + everyEpochs.get());
    }
    if (everySteps.orElse(1L) < 1) {
      throw new IllegalArgumentException("every_steps must be at least 1, is " + everySteps.get());
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, is " + keep);
    }
  }

  /** Whether one is due after a number of steps. */
  boolean dueAtStep(long steps) {
    return everySteps.isPresent() && steps % everySteps.get() == 0;
  }

  /** Whether one is due after a number of epochs. */
  boolean dueAtEpoch(int epochs, boolean fullBatch) {
    return epochs % everyEpochs(fullBatch) == 0;
  }

  private int everyEpochs(boolean fullBatch) {
    return everyEpochs.orElse(fullBatch ? 10 : 1);
  }

  /**
   * Which step it is, from 1, of those that end with a checkpoint that is due. By its number alone:
   * a checkpoint that a stop has brought does not count.
   *
   * @param step from 1
   * @param batches of an epoch, each a step
   */
  long stepOfInterval(long step, long batches, boolean fullBatch) {
    long ofEpochs = (step - 1) % (everyEpochs(fullBatch) * batches);
    return 1 + Math.min(ofEpochs, (step - 1) % everySteps.orElse(Long.MAX_VALUE));
  }
}
