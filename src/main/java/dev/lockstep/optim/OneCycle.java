package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * Up to the optimizer's rate and down again, on half cosines (Smith and Topin 2019), as PyTorch's
 * OneCycleLR with {@code max_lr} the optimizer's rate and two phases; PyTorch moves momentum the
 * other way as well, ours leaves it alone.
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param pctStart the part of all steps that goes up
 * @param divFactor the first rate is the largest divided by this
 * @param finalDivFactor the last rate is the first divided by this
 */
public record OneCycle(
    Duration warmup, double warmupStart, double pctStart, double divFactor, double finalDivFactor)
    implements Schedule {
  /** PyTorch's defaults. */
  public static final OneCycle DEFAULTS = new OneCycle(Duration.NONE, 0, 0.3, 25, 1e4);

  /** Checks the ranges. */
  public OneCycle {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.fraction("pct_start", pctStart);
    Ranges.require(divFactor >= 1, "div_factor", "1 or above", divFactor);
    Ranges.require(finalDivFactor >= 1, "final_div_factor", "1 or above", finalDivFactor);
  }

  @Override
  public double factor(Progress progress) {
    double first = 1 / divFactor;
    double last = progress.steps() - 1;
    double top = pctStart * progress.steps() - 1;
    double step = progress.step();
    if (step <= top) {
      return between(first, 1, top > 0 ? step / top : 1);
    }
    double from = Math.max(top, 0);
    return between(
        1, first / finalDivFactor, last > from ? Math.min(1, (step - from) / (last - from)) : 1);
  }

  /** Half a cosine from {@code start} at 0 to {@code end} at 1. */
  private static double between(double start, double end, double part) {
    return end + (start - end) / 2 * (1 + StrictMath.cos(Math.PI * part));
  }
}
