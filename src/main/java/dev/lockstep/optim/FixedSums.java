package dev.lockstep.optim;

import dev.lockstep.math.Kernels;

/**
 * Reductions over vectors in float64 and in one fixed order on every machine: eight lanes by index
 * modulo 8, added pairwise at the end. Lanes because a single chain of additions waits for each
 * before the next.
 */
final class FixedSums {
  static final int LANES = Kernels.DOUBLE_LANES;

  private FixedSums() {}

  /** The sum of squares of {@code values[from, to)}; finite if and only if every value is. */
  static double squares(float[] values, int from, int to) {
    double[] lanes = new double[LANES];
    int end = from + (to - from) / LANES * LANES;
    Kernels.best(to - from).squares(values, from, end, lanes);
    return squares(lanes, values, end, to);
  }

  /**
   * The sum of the lanes, and of the squares of the {@code values[from, to)} that fill no lanes.
   */
  static double squares(double[] lanes, float[] values, int from, int to) {
    double rest = 0;
    for (int i = from; i < to; i++) {
      rest += (double) values[i] * values[i];
    }
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
        + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
        + rest;
  }

  /** The inner product of two vectors of one length. */
  static double dot(double[] x, double[] y) {
    double a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    int i = 0;
    for (; i <= x.length - LANES; i += LANES) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
      e += x[i + 4] * y[i + 4];
      f += x[i + 5] * y[i + 5];
      g += x[i + 6] * y[i + 6];
      h += x[i + 7] * y[i + 7];
    }
    double rest = 0;
    for (; i < x.length; i++) {
      rest += x[i] * y[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest;
  }
}
