package dev.lockstep.loss;

/**
 * The absolute error {@code |s - y|}, averaged over the outputs of a row: the mae of networks, as
 * PyTorch's L1Loss. Its slope at an error of 0 is 0.
 */
public record MeanAbsoluteLoss() implements Loss {
  /** The only one. */
  public static final MeanAbsoluteLoss DEFAULTS = new MeanAbsoluteLoss();

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
    double lossSum = 0;
    for (int i = 0; i < rows; i++) {
      double share = (double) weights[i] / outputs;
      for (int o = i * outputs; o < (i + 1) * outputs; o++) {
        double error = (double) scores[scoresFrom + o] - labels[labelRow * outputs + o];
        scores[scoresFrom + o] = share == 0 ? 0 : (float) (share * Math.signum(error));
        lossSum += share == 0 ? 0 : share * Math.abs(error);
      }
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A score is the median itself.
  }
}
