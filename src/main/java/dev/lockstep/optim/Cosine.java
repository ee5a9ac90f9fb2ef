package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import java.util.Optional;

/**
 * Half a cosine from 1 to {@code minFactor} (Loshchilov and Hutter 2017, equation 5), as PyTorch's
 * CosineAnnealingLR over all steps; with {@code t0} it starts anew after t0, then after t0 times
 * tMult, and so on (CosineAnnealingWarmRestarts).
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param minFactor the lowest factor
 * @param t0 the first period; one of all steps if left out
 * @param tMult how much longer each period is than the one before, 1 or above
 */
public record Cosine(
    Duration warmup, double warmupStart, double minFactor, Optional<Duration> t0, double tMult)
    implements Schedule {
  /** To 0, without restarts. */
  public static final Cosine DEFAULTS = new Cosine(Duration.NONE, 0, 0, Optional.empty(), 1);

  /** Checks the ranges. */
  public Cosine {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.fraction("min_factor", minFactor);
    t0.ifPresent(period -> Ranges.positive("t0", period.amount()));
    Ranges.require(tMult >= 1 && tMult <= 1e6, "t_mult", "1 or above", tMult);
    if (tMult != 1 && t0.isEmpty()) {
      throw new IllegalArgumentException(
          "t_mult %s has no effect without t0".formatted(Ranges.text(tMult)));
    }
  }

  @Override
  public double factor(Progress progress) {
    double period = t0.orElse(Duration.WHOLE).atLeastOneStep(progress);
    double at = progress.step();
    if (t0.isEmpty()) {
      at = Math.min(at, period);
    } else if (tMult == 1) {
      at = at % period;
    } else {
      while (at >= period) {
        at -= period;
        period *= tMult;
      }
    }
    return minFactor + (1 - minFactor) * (1 + StrictMath.cos(Math.PI * at / period)) / 2;
  }
}
