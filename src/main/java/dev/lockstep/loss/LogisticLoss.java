package dev.lockstep.loss;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.Kernels;

/** The log loss of two classes, {@code log(1 + exp(s)) - y s} with y 0 or 1; s is the log odds. */
public record LogisticLoss() implements Loss {
  private static final int CHUNK_ROWS = 64;

  @Override
  public Task task() {
    return Task.BINARY;
  }

  @Override
  public boolean probabilistic() {
    return true;
  }

  @Override
  public double slopes(
      float[] scores, int outputs, float[] labels, int labelRow, float[] weights, int rows) {
    float[] margins = new float[CHUNK_ROWS];
    double[] losses = new double[CHUNK_ROWS];
    double lossSum = 0;
    for (int from = 0; from < rows; from += CHUNK_ROWS) {
      int n = Math.min(CHUNK_ROWS, rows - from);
      toMargins(scores, labels, labelRow, from, n, margins);
      Kernels.best(n * Kernels.EXP_WORK).logistic(margins, n, margins, losses);
      toSlopes(margins, labels, labelRow, from, n, weights, scores);
      lossSum = addLosses(losses, from, n, weights, lossSum);
    }
    return lossSum;
  }

  /** z = -s for label 1 and s for label 0: loss and slope then keep their precision in the tail. */
  private static void toMargins(
      float[] scores, float[] labels, int labelRow, int from, int n, float[] margins) {
    for (int i = 0; i < n; i++) {
      margins[i] = (1 - 2 * labels[labelRow + from + i]) * scores[from + i];
    }
  }

  private static void toSlopes(
      float[] sigmoids,
      float[] labels,
      int labelRow,
      int from,
      int n,
      float[] weights,
      float[] slopes) {
    for (int i = 0; i < n; i++) {
      float weight = weights[from + i];
      float sign = 1 - 2 * labels[labelRow + from + i];
      slopes[from + i] = weight == 0 ? 0 : weight * sign * sigmoids[i];
    }
  }

  private static double addLosses(
      double[] losses, int from, int n, float[] weights, double lossSum) {
    double sum = lossSum;
    for (int i = 0; i < n; i++) {
      float weight = weights[from + i];
      sum += weight == 0 ? 0 : weight * losses[i];
    }
    return sum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    for (int i = 0; i < rows * outputs; i++) {
      scores[i] = (float) Elementary.sigmoid(scores[i]);
    }
  }
}
