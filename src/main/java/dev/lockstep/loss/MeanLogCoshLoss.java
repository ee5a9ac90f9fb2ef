package dev.lockstep.loss;

/**
 * {@link LogCoshLoss}, averaged over the outputs of a row: the log_cosh of networks, as Keras's.
 */
public record MeanLogCoshLoss() implements Loss {
  /** The only one. */
  public static final MeanLogCoshLoss DEFAULTS = new MeanLogCoshLoss();

  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  @Override
  public boolean probabilistic() {
    return false;
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
    double lossSum =
        new LogCoshLoss().slopes(scores, scoresFrom, outputs, labels, labelRow, weights, rows)
            / outputs;
    for (int i = 0; i < rows * outputs; i++) {
      scores[scoresFrom + i] /= outputs;
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A score is the value itself.
  }
}
