package dev.lockstep.loss;

/**
 * {@link HuberLoss}, averaged over the outputs of a row: the huber of networks, as PyTorch's
 * HuberLoss.
 *
 * @param delta where the square becomes a line, above 0
 */
public record MeanHuberLoss(double delta) implements Loss {
  /** A delta of 1, as PyTorch. */
  public static final MeanHuberLoss DEFAULTS = new MeanHuberLoss(1);

  /** Checks delta. */
  public MeanHuberLoss {
    new HuberLoss(delta);
  }

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
        new HuberLoss(delta).slopes(scores, scoresFrom, outputs, labels, labelRow, weights, rows)
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
