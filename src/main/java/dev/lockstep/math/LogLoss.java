package dev.lockstep.math;

/**
 * The log loss of two classes row by row: the plain twin of {@link VectorLogLoss}, operation by
 * operation. One division serves the logarithm and the logistic function; the quotient that the
 * logarithm needs is made as exact as a division by one step of Newton.
 */
final class LogLoss {
  private LogLoss() {}

  /** Rows {@code [from, to)}; the loss of row i is added to lane i mod 8. */
  static void add(
      float[] scores,
      int from,
      int to,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lanes) {
    for (int i = from; i < to; i++) {
      float weight = weights[i];
      float sign = 1 - 2 * labels[labelsFrom + i];
      double z = weight == 0 ? 0 : sign * scores[i];
      double e = Elementary.exp(-Math.abs(z));
      double unit = e + 1;
      double two = e + 2;
      double inverse = 1 / (unit * two);
      double inverseOfTwo = inverse * unit;
      double near = e * inverseOfTwo;
      double s = Math.fma(Math.fma(-near, two, e), inverseOfTwo, near);
      double loss = Elementary.logOfUnitQuotient(s) + (z > 0 ? z : 0);
      float sigmoid = (float) (inverse * two * (z > 0 ? 1 : e));
      // A slope of minus zero becomes zero.
      scores[i] = weight * sign * sigmoid + 0f;
      int lane = i % Kernels.DOUBLE_LANES;
      lanes[lane] = Math.fma((double) weight, loss, lanes[lane]);
    }
  }

  /** The lanes added in halves: 8 to 4 to 2 to 1. */
  static double sum(double[] lanes) {
    double even = (lanes[0] + lanes[4]) + (lanes[2] + lanes[6]);
    return even + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  }
}
