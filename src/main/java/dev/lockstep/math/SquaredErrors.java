package dev.lockstep.math;

/**
 * The weighted squares of errors row by row, in float, as scores are: the plain twin of {@link
 * VectorSquaredErrors}, operation by operation. An error is rounded once, a slope twice; the
 * product of both is exact in double.
 */
final class SquaredErrors {
  private SquaredErrors() {}

  /** Rows {@code [from, to)}; the weighted square of row i is added to lane i mod 8. */
  static void add(
      float[] scores,
      int scoresFrom,
      int from,
      int to,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lanes) {
    for (int i = from; i < to; i++) {
      float weight = weights[i];
      float error = weight == 0 ? 0 : scores[scoresFrom + i] - labels[labelsFrom + i];
      float slope = weight * error;
      scores[scoresFrom + i] = slope;
      int lane = i % Kernels.DOUBLE_LANES;
      lanes[lane] = Math.fma((double) slope, (double) error, lanes[lane]);
    }
  }
}
