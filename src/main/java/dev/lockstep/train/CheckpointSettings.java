package dev.lockstep.train;

import java.io.Serializable;
import java.util.Optional;

/**
 * When checkpoints are written: {@code checkpoint} of the run file.
 *
 * @param everyEpochs epochs from one to the next
 * @param everySteps steps from one to the next, beside the epochs; left out: none
 * @param keep how many of the latest stay
 */
public record CheckpointSettings(int everyEpochs, Optional<Long> everySteps, int keep)
    implements Serializable {
  /** One an epoch, the last two stay. */
  public static final CheckpointSettings DEFAULTS = new CheckpointSettings(1, Optional.empty(), 2);

  /** Checks the ranges. */
  public CheckpointSettings {
    if (everyEpochs < 1) {
      throw new IllegalArgumentException("every_epochs must be at least 1, is " + everyEpochs);
    }
    if (everySteps.orElse(1L) < 1) {
      throw new IllegalArgumentException("every_steps must be at least 1, is " + everySteps.get());
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, is " + keep);
    }
  }
}
