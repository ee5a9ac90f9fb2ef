package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;

/** The kernels in the Vector API; the bits do not depend on the CPU's width. */
final class VectorKernels implements Kernels {
  /** CPUs with vectors of all lanes fetch as well by themselves. */
  private static final boolean SHORT = FloatVector.SPECIES_PREFERRED.length() < LANES;

  VectorKernels() {}

  @Override
  public void rowDots(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] w,
      int[] wAt,
      int margin,
      int m,
      float[] dots,
      int dotsStep) {
    VectorDots.rows(x, xFrom, stride, n, w, wAt, margin, m, dots, dotsStep);
  }

  @Override
  public void rowSums(
      float[] x,
      int xFrom,
      int stride,
      int n,
      int columns,
      float[] factors,
      int factorsStep,
      int m,
      float[] sums,
      int[] sumsAt) {
    VectorSums.rows(x, xFrom, stride, n, columns, factors, factorsStep, m, sums, sumsAt);
  }

  @Override
  public void prefetch(float[] x, int from, int apart, int floats, int last) {
    if (SHORT) {
      Prefetch.streams(x, from, apart, floats, last);
    }
  }

  @Override
  public void logLosses(
      float[] scores,
      int scoresFrom,
      int scoresStep,
      int m,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lossSums) {
    VectorLogLoss.members(
        scores, scoresFrom, scoresStep, m, n, labels, labelsFrom, weights, lossSums);
  }

  @Override
  public double squaredLoss(
      float[] scores, int scoresFrom, int n, float[] labels, int labelsFrom, float[] weights) {
    double[] lanes = new double[DOUBLE_LANES];
    int whole = n / LANES * LANES;
    VectorSquaredErrors.add(scores, scoresFrom, whole, labels, labelsFrom, weights, lanes);
    SquaredErrors.add(scores, scoresFrom, whole, n, labels, labelsFrom, weights, lanes);
    return LogLoss.sum(lanes, 0) / 2;
  }

  @Override
  public void exp(double[] values, int n) {
    VectorElementary.exp(values, n);
  }

  @Override
  public void tanh(double[] values, int n) {
    VectorElementary.tanh(values, n);
  }

  @Override
  public void means(
      float[] sums, int sumsFrom, int n, double divisor, float[] means, int meansFrom) {
    VectorUpdates.means(sums, sumsFrom, n, divisor, means, meansFrom);
  }

  @Override
  public void squares(float[] values, int from, int to, double[] lanes) {
    VectorUpdates.squares(values, from, to, lanes);
  }
}
