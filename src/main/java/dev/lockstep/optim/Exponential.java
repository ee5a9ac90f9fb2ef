package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * {@code gamma^(s / every)}: PyTorch's ExponentialLR, which multiplies once an epoch; here smoothly
 * unless {@code staircase}.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param gamma what the rate is multiplied by
 * @param every in how long
 * @param staircase whether at once at its end
 */
public record Exponential(
    Duration warmup, double warmupStart, double gamma, Duration every, boolean staircase)
    implements Schedule {
  /** Five hundredths less each epoch. */
  public static final Exponential DEFAULTS =
      new Exponential(Duration.NONE, 0, 0.95, new Duration(1, Duration.Unit.EPOCHS), false);

  /** Checks the ranges. */
  public Exponential {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.require(gamma > 0 && gamma <= 1, "gamma", "above 0 and at most 1", gamma);
    Ranges.positive("every", every.amount());
  }

  @Override
  public double factor(Progress progress) {
    double times = progress.step() / every.atLeastOneStep(progress);
    return StrictMath.pow(gamma, staircase ? Math.floor(times) : times);
  }
}
