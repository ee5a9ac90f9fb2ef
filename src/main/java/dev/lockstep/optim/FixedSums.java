package dev.lockstep.optim;

/**
 * Reductions over vectors in float64 and in one fixed order on every machine: eight lanes by index
 * modulo 8, added pairwise at the end. Lanes because a single chain of additions waits for each
 * before the next.
 */
final class FixedSums {
  private static final int LANES = 8;

  private FixedSums() {}

  /** The sum of squares of {@code values[from, to)}; finite if and only if every value is. */
  static double squares(float[] values, int from, int to) {
    double a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      a += square(values[i]);
      b += square(values[i + 1]);
      c += square(values[i + 2]);
      d += square(values[i + 3]);
      e += square(values[i + 4]);
      f += square(values[i + 5]);
      g += square(values[i + 6]);
      h += square(values[i + 7]);
    }
    double rest = 0;
    for (; i < to; i++) {
      rest += square(values[i]);
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest;
  }

  private static double square(float value) {
    return (double) value * value;
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
