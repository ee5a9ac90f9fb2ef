package dev.lockstep.loss;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.Kernels;

/** The log loss of two classes, {@code log(1 + exp(s)) - y s} with y 0 or 1; s is the log odds. */
public record LogisticLoss() implements Loss {
  /** The only one. */
  public static final LogisticLoss DEFAULTS = new LogisticLoss();

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
      float[] scores,
      int scoresFrom,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows) {
    return Kernels.best(rows * Kernels.EXP_WORK)
        .logLoss(scores, scoresFrom, rows, labels, labelRow, weights);
  }

  @Override
  public void slopes(
      float[] columns,
      int step,
      int m,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows,
      double[] lossSums) {
    Kernels.best(m * rows * Kernels.EXP_WORK)
        .logLosses(columns, 0, step, m, rows, labels, labelRow, weights, lossSums);
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    for (int i = 0; i < rows * outputs; i++) {
      scores[i] = (float) Elementary.sigmoid(scores[i]);
    }
  }
}
