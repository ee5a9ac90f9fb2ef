package dev.lockstep.tune.surrogate;

import dev.lockstep.math.Elementary;

/**
 * The Matern 5/2 kernel with a length scale per dimension (Rasmussen and Williams 2006, equation
 * 4.17; advised for tuning by Snoek et al. 2012). Two different categories are 1 apart.
 */
final class Matern {
  static final double ROOT_FIVE = Math.sqrt(5);

  private Matern() {}

  /** How far two values of a dimension are apart. */
  static double apart(double a, double b, boolean categorical) {
    return categorical ? (a == b ? 0 : 1) : a - b;
  }

  /** The correlation at a distance, given exp(-sqrt(5) r). */
  static double correlation(double r, double e) {
    return (1 + ROOT_FIVE * r + 5.0 / 3 * r * r) * e;
  }

  /** The correlation of two points. */
  static double correlation(
      double[] a, double[] b, double[] inverseLengths, boolean[] categorical) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      double apart = apart(a[k], b[k], categorical[k]) * inverseLengths[k];
      sum += apart * apart;
    }
    double r = Math.sqrt(sum);
    return correlation(r, Elementary.exp(-ROOT_FIVE * r));
  }
}
