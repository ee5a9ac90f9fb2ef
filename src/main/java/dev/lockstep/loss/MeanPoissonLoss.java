package dev.lockstep.loss;

/**
 * {@link PoissonLoss}, averaged over the outputs of a row: the poisson of networks, as PyTorch's
 * PoissonNLLLoss.
 */
public record MeanPoissonLoss() implements Loss {
  /** The only one. */
  public static final MeanPoissonLoss DEFAULTS = new MeanPoissonLoss();

  @Override
  public Task task() {
    return Task.COUNTS;
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
        new PoissonLoss().slopes(scores, scoresFrom, outputs, labels, labelRow, weights, rows)
            / outputs;
    for (int i = 0; i < rows * outputs; i++) {
      scores[scoresFrom + i] /= outputs;
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    new PoissonLoss().predictions(scores, outputs, rows);
  }
}
