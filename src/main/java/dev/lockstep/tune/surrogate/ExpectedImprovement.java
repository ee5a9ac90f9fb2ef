package dev.lockstep.tune.surrogate;

import dev.lockstep.math.Elementary;
import dev.lockstep.tune.space.Normal;

/**
 * By how much a point is expected to be below the best (Mockus 1975; Jones et al. 1998, equation
 * 15), as a logarithm, so that it still has a slope where it is tiny (Ament et al. 2023).
 */
final class ExpectedImprovement {
  /** Below this the two terms cancel, and an asymptotic series takes over. */
  private static final double SERIES_BELOW = -8;

  private final GaussianProcess process;
  private final double lowest;

  ExpectedImprovement(GaussianProcess process) {
    this.process = process;
    this.lowest = process.lowestMean();
  }

  /** The logarithm of the expected improvement at a point. */
  double at(double[] point) {
    double[] predicted = process.predict(point);
    double deviation = Math.sqrt(predicted[1]);
    return Elementary.log(deviation) + log((lowest - predicted[0]) / deviation);
  }

  /** log(density(z) + z cumulative(z)). */
  static double log(double z) {
    if (z > SERIES_BELOW) {
      return Elementary.log(Normal.density(z) + z * Normal.cumulative(z));
    }
    double s = 1 / (z * z);
    double series = 1 + s * (-3 + s * (15 + s * (-105 + s * 945)));
    return Normal.logDensity(z) + Elementary.log(s * series);
  }
}
