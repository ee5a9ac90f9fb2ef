package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * {@code end + (1 - end) (1 - s / over)^power}, then {@code end}: PyTorch's PolynomialLR, which has
 * no end factor.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param power 1 is a line
 * @param endFactor the factor after {@code over}
 * @param over how long the curve is
 */
public record Polynomial(
    Duration warmup, double warmupStart, double power, double endFactor, Duration over)
    implements Schedule {
  /** PyTorch's power, over all steps. */
  public static final Polynomial DEFAULTS = new Polynomial(Duration.NONE, 0, 1, 0, Duration.WHOLE);

  /** Checks the ranges. */
  public Polynomial {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.positive("power", power);
    Ranges.fraction("end_factor", endFactor);
    Ranges.positive("over", over.amount());
  }

  @Override
  public double factor(Progress progress) {
    double left = 1 - Math.min(1, progress.step() / over.atLeastOneStep(progress));
    return endFactor + (1 - endFactor) * StrictMath.pow(left, power);
  }
}
