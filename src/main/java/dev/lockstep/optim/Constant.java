package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * The optimizer's learning rate at every step.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 */
public record Constant(Duration warmup, double warmupStart) implements Schedule {
  /** Without warmup. */
  public static final Constant DEFAULTS = new Constant(Duration.NONE, 0);

  /** Checks the range. */
  public Constant {
    Ranges.fraction("warmup_start", warmupStart);
  }

  @Override
  public double factor(Progress progress) {
    return 1;
  }
}
