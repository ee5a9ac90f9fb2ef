package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * Multiplies the rate when the validation metric has stopped falling, as PyTorch's
 * ReduceLROnPlateau with the relative threshold. A metric that is negative counts as better when it
 * is below the best by the threshold of its magnitude (PyTorch's own threshold turns around there).
 *
 * <p>Its state is {@code [best, bad epochs, cooldown left, factor]}.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param gamma what the rate is multiplied by
 * @param patience how many bad epochs are let pass
 * @param threshold the relative change that counts as better
 * @param cooldown epochs after a reduction in which bad ones do not count
 * @param minFactor the lowest factor
 */
public record Plateau(
    Duration warmup,
    double warmupStart,
    double gamma,
    int patience,
    double threshold,
    int cooldown,
    double minFactor)
    implements Schedule {
  /** PyTorch's defaults. */
  public static final Plateau DEFAULTS = new Plateau(Duration.NONE, 0, 0.1, 10, 1e-4, 0, 0);

  /** Checks the ranges. */
  public Plateau {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.require(gamma > 0 && gamma < 1, "gamma", "above 0 and below 1", gamma);
    Ranges.notNegative("patience", patience);
    Ranges.notNegative("threshold", threshold);
    Ranges.notNegative("cooldown", cooldown);
    Ranges.fraction("min_factor", minFactor);
  }

  @Override
  public double factor(Progress progress) {
    return progress.state().length == 0 ? 1 : progress.state()[3];
  }

  @Override
  public boolean observes() {
    return true;
  }

  @Override
  public double[] observe(double metric, double[] state) {
    double best = state.length == 0 ? Double.POSITIVE_INFINITY : state[0];
    double bad = state.length == 0 ? 0 : state[1];
    double cooling = state.length == 0 ? 0 : state[2];
    double factor = state.length == 0 ? 1 : state[3];
    boolean first = best == Double.POSITIVE_INFINITY;
    if (first ? metric < best : metric < best - threshold * Math.abs(best)) {
      best = metric;
      bad = 0;
    } else {
      bad++;
    }
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad > patience) {
      factor = Math.max(minFactor, factor * gamma);
      cooling = cooldown;
      bad = 0;
    }
    return new double[] {best, bad, cooling, factor};
  }
}
