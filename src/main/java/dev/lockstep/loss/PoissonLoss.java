package dev.lockstep.loss;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.Kernels;

/**
 * The loss of counts with a log link, {@code exp(s) - y s}: the negative log likelihood without
 * {@code log y!}, summed over the outputs of a row. A score above 709 makes the loss infinite,
 * which the training loop reports as divergence. A network's poisson averages over outputs.
 */
public record PoissonLoss() implements Loss {
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
    double[] means = new double[rows * outputs];
    for (int i = 0; i < means.length; i++) {
      means[i] = scores[scoresFrom + i];
    }
    Kernels.best(means.length * Kernels.EXP_WORK).exp(means, means.length);
    double lossSum = 0;
    for (int i = 0; i < rows; i++) {
      float weight = weights[i];
      for (int o = i * outputs; o < (i + 1) * outputs; o++) {
        float label = labels[labelRow * outputs + o];
        lossSum += weight == 0 ? 0 : weight * (means[o] - (double) label * scores[scoresFrom + o]);
        scores[scoresFrom + o] = weight == 0 ? 0 : (float) (weight * (means[o] - label));
      }
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    for (int i = 0; i < rows * outputs; i++) {
      scores[i] = (float) Elementary.exp(scores[i]);
    }
  }
}
