package dev.lockstep.tune.surrogate;

import dev.lockstep.math.Elementary;
import java.util.Arrays;

/**
 * Makes costs nearly normal: centred at their median, divided by their quartile range, bent by the
 * power of Yeo and Johnson (2000) that fits a normal distribution best, and standardized. Strictly
 * increasing up to costs that have exploded, so that what is better stays better; Gaussian
 * processes expect it (Snoek et al. 2014 warp inputs for the same reason).
 *
 * @param median subtracted first
 * @param scale divided by
 * @param ceiling beyond so many of these all costs are alike
 * @param power lambda; 1 leaves the shape
 * @param mean subtracted last
 * @param deviation divided by last
 */
record PowerTransform(
    double median, double scale, double ceiling, double power, double mean, double deviation) {
  private static final double LOWEST_POWER = -1;
  private static final double HIGHEST_POWER = 2;
  private static final double POWER_STEP = 0.125;

  /** Beyond so many quartile ranges all costs are alike. */
  private static final double EXPLODED = 1e6;

  /** The same where the usual costs are fewer, which are to shape the transform. */
  private static final double MOSTLY_EXPLODED = 10;

  /** So many times larger than all below it, what half of the costs reach has exploded too. */
  private static final double APART = 1e3;

  /** The quartile range of a normal distribution in standard deviations. */
  private static final double QUARTILES = 1.349;

  /** The transform that fits finite costs, of which there is at least one. */
  static PowerTransform fit(double[] costs) {
    double[] sorted = costs.clone();
    Arrays.sort(sorted);
    double[] usual = usual(sorted);
    double median = quantile(usual, 0.5);
    double scale = scale(usual, median);
    double ceiling = usual.length == sorted.length ? EXPLODED : ceiling(usual, median, scale);
    PowerTransform best = null;
    double bestLikelihood = Double.NEGATIVE_INFINITY;
    for (double power = LOWEST_POWER; power <= HIGHEST_POWER; power += POWER_STEP) {
      PowerTransform tried = standardized(costs, median, scale, ceiling, power);
      double likelihood = tried.logLikelihood(costs);
      if (best == null || likelihood > bestLikelihood) {
        best = tried;
        bestLikelihood = likelihood;
      }
    }
    return best;
  }

  /**
   * The costs that give centre and scale: those that have not exploded where half or more have, by
   * whose size the others would all be one; a quarter at least, else all.
   */
  private static double[] usual(double[] sorted) {
    for (int kept = Math.max(2, (sorted.length + 3) / 4); kept <= sorted.length / 2; kept++) {
      double size = Math.max(Math.abs(sorted[0]), Math.abs(sorted[kept - 1]));
      if (size > 0 && sorted[kept] > APART * size) {
        return Arrays.copyOf(sorted, kept);
      }
    }
    return sorted;
  }

  /**
   * The quartile range, or twice its lower half where the costs of more than a quarter have
   * exploded, by whose size the others would all be one. The whole range where the quartiles are
   * equal, but for what rounding leaves.
   */
  private static double scale(double[] sorted, double median) {
    double low = quantile(sorted, 0.25);
    double high = quantile(sorted, 0.75);
    double range = sorted[sorted.length - 1] - sorted[0];
    double usual = Math.max(median - low, Math.abs(median));
    boolean exploded = median > low && high - median > EXPLODED * usual;
    double scale = (exploded ? 2 * (median - low) : high - low) / QUARTILES;
    double rounding = 1e-12 * Math.max(Math.abs(low), Math.abs(median));
    if (scale > 1e-9 * range || scale > rounding) {
      // The best are never alike, however near to each other the rest are.
      return Math.max(scale, (median - sorted[0]) / EXPLODED);
    }
    return range > 0 ? range : 1;
  }

  /** Beyond the usual costs by as much as the highest is beyond their median. */
  private static double ceiling(double[] usual, double median, double scale) {
    double highest = (usual[usual.length - 1] - median) / scale;
    return Math.min(EXPLODED, Math.max(MOSTLY_EXPLODED, 2 * highest));
  }

  private static double scaled(double cost, double median, double scale, double ceiling) {
    return Math.max(-EXPLODED, Math.min(ceiling, (cost - median) / scale));
  }

  private static PowerTransform standardized(
      double[] costs, double median, double scale, double ceiling, double power) {
    double sum = 0;
    for (double cost : costs) {
      sum += bend(scaled(cost, median, scale, ceiling), power);
    }
    double mean = sum / costs.length;
    double squares = 0;
    for (double cost : costs) {
      double centred = bend(scaled(cost, median, scale, ceiling), power) - mean;
      squares += centred * centred;
    }
    double deviation = Math.sqrt(squares / costs.length);
    return new PowerTransform(
        median, scale, ceiling, power, mean, deviation > 1e-12 ? deviation : 1);
  }

  /** A cost as the surrogate sees it. */
  double apply(double cost) {
    return (bend(scaled(cost, median, scale, ceiling), power) - mean) / deviation;
  }

  /** Without what does not depend on the power; the Jacobian included. */
  private double logLikelihood(double[] costs) {
    double jacobian = 0;
    for (double cost : costs) {
      double x = scaled(cost, median, scale, ceiling);
      jacobian += Math.signum(x) * Elementary.log1p(Math.abs(x));
    }
    return -costs.length * Elementary.log(deviation) + (power - 1) * jacobian;
  }

  private static double bend(double x, double power) {
    return x >= 0 ? power(x, power) : -power(-x, 2 - power);
  }

  /** ((1 + x)^power - 1) / power, its limit for 0. */
  private static double power(double x, double power) {
    double log = Elementary.log1p(x);
    return Math.abs(power) < 1e-9 ? log : (Elementary.exp(power * log) - 1) / power;
  }

  private static double quantile(double[] sorted, double part) {
    double at = part * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
