package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * {@code 1 / (1 + decay s / every)^power} (Robbins and Monro 1951; power 0.5 is the rate of online
 * gradient descent, Zinkevich 2003). PyTorch has it as a LambdaLR.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param decay how fast the rate falls
 * @param power of the fall
 * @param every what s is counted in
 */
public record InverseTime(
    Duration warmup, double warmupStart, double decay, double power, Duration every)
    implements Schedule {
  /** Half the rate after ten epochs. */
  public static final InverseTime DEFAULTS =
      new InverseTime(Duration.NONE, 0, 0.1, 1, new Duration(1, Duration.Unit.EPOCHS));

  /** Checks the ranges. */
  public InverseTime {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.notNegative("decay", decay);
    Ranges.positive("power", power);
    Ranges.positive("every", every.amount());
  }

  @Override
  public double factor(Progress progress) {
    double times = progress.step() / every.atLeastOneStep(progress);
    return StrictMath.pow(1 + decay * times, -power);
  }
}
