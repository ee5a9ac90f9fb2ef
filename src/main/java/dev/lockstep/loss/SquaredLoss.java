package dev.lockstep.loss;

import dev.lockstep.math.Kernels;

/**
 * Half the squared error, {@code 1/2 (s - y)^2}, summed over the outputs of a row. A network's mse
 * (without the half, averaged over outputs) is another loss.
 */
public record SquaredLoss() implements Loss {
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
    if (outputs == 1) {
      return Kernels.best(rows).squaredLoss(scores, scoresFrom, rows, labels, labelRow, weights);
    }
    double lossSum = 0;
    for (int i = 0; i < rows; i++) {
      float weight = weights[i];
      for (int o = i * outputs; o < (i + 1) * outputs; o++) {
        double error = (double) scores[scoresFrom + o] - labels[labelRow * outputs + o];
        scores[scoresFrom + o] = weight == 0 ? 0 : (float) (weight * error);
        lossSum += weight == 0 ? 0 : 0.5 * weight * error * error;
      }
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A score is the mean itself.
  }
}
