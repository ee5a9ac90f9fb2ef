package dev.lockstep.math;

/**
 * Half the weighted squares of errors row by row, in double: the plain twin of {@link
 * VectorSquaredErrors}, operation by operation.
 */
final class SquaredErrors {
  private SquaredErrors() {}

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
      double weight = weights[i];
      double error = weight == 0 ? 0 : (double) scores[i] - labels[labelsFrom + i];
      double slope = weight * error;
      scores[i] = (float) slope;
      int lane = i % Kernels.DOUBLE_LANES;
      lanes[lane] = Math.fma(slope * 0.5, error, lanes[lane]);
    }
  }
}
