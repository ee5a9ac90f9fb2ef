package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * A straight line from one factor to another, then constant, as PyTorch's LinearLR; unlike there it
 * falls, and over the whole training, unless told otherwise.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param startFactor the factor at the first step
 * @param endFactor the factor after {@code over}
 * @param over how long the line is
 */
public record Linear(
    Duration warmup, double warmupStart, double startFactor, double endFactor, Duration over)
    implements Schedule {
  /** From 1 to 0 over all steps. */
  public static final Linear DEFAULTS = new Linear(Duration.NONE, 0, 1, 0, Duration.WHOLE);

  /** Checks the ranges. */
  public Linear {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.positive("start_factor", startFactor);
    Ranges.notNegative("end_factor", endFactor);
    Ranges.positive("over", over.amount());
  }

  @Override
  public double factor(Progress progress) {
    double gone = Math.min(1, progress.step() / over.atLeastOneStep(progress));
    return startFactor + (endFactor - startFactor) * gone;
  }
}
