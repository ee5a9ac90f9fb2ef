package dev.lockstep.loss;

/**
 * The squared error {@code (s - y)^2}, averaged over the outputs of a row: the mse of networks, as
 * PyTorch's MSELoss. {@link SquaredLoss} is half of it, summed over outputs.
 */
public record MeanSquaredLoss() implements Loss {
  /** The only one. */
  public static final MeanSquaredLoss DEFAULTS = new MeanSquaredLoss();

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
        scores[scoresFrom + o] = share == 0 ? 0 : (float) (2 * share * error);
        lossSum += share == 0 ? 0 : share * error * error;
      }
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A score is the mean itself.
  }
}
