package dev.lockstep.tune.space;

import dev.lockstep.math.Elementary;

/** The standard normal distribution in double. */
public final class Normal {
  private static final double ROOT_TWO_PI = 2.5066282746310002;
  private static final double LOG_ROOT_TWO_PI = 0.9189385332046727;

  /** Hart et al. 1968, algorithm 5666: the numerator, highest power first. */
  private static final double[] ABOVE = {
    3.52624965998911e-2,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376
  };

  /** The denominator. */
  private static final double[] BELOW = {
    8.83883476483184e-2,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752
  };

  private static final double SERIES_ENDS = 7.07106781186547;
  private static final double HIGHEST = 8.3;

  private Normal() {}

  /** The density. */
  public static double density(double z) {
    return Elementary.exp(-0.5 * z * z) / ROOT_TWO_PI;
  }

  /** The logarithm of the density. */
  public static double logDensity(double z) {
    return -0.5 * z * z - LOG_ROOT_TWO_PI;
  }

  /**
   * The probability of a value below z, within 1e-15, and within 1e-8 of itself on the lower side
   * (Hart's rational approximation and the continued fraction, as put together by West 2005).
   */
  public static double cumulative(double z) {
    double x = Math.abs(z);
    double tail;
    if (x < SERIES_ENDS) {
      tail = Elementary.exp(-0.5 * x * x) * polynomial(ABOVE, x) / polynomial(BELOW, x);
    } else {
      double fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
      tail = density(x) / fraction;
    }
    return z > 0 ? 1 - tail : tail;
  }

  /** The value below which a probability lies, by bisection; within 8.3 deviations. */
  public static double quantile(double probability) {
    if (probability > 0.5) {
      return -quantile(1 - probability);
    }
    double low = -HIGHEST;
    double high = 0;
    for (int i = 0; i < 60 && high - low > 1e-15 * -low; i++) {
      double middle = 0.5 * (low + high);
      if (cumulative(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return 0.5 * (low + high);
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      sum = sum * x + coefficients[i];
    }
    return sum;
  }
}
