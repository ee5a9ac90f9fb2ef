package dev.lockstep.loss;

/**
 * Huber's loss (1964), summed over the outputs of a row: {@code 1/2 e^2} for an error e within
 * delta, {@code delta (|e| - delta / 2)} beyond; as PyTorch's HuberLoss.
 *
 * @param delta where the square becomes a line, above 0
 */
public record HuberLoss(double delta) implements Loss {
  /** Checks delta. */
  public HuberLoss {
    if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("delta must be above 0 and finite, is " + delta);
    }
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
    double lossSum = 0;
    for (int i = 0; i < rows; i++) {
      float weight = weights[i];
      for (int o = i * outputs; o < (i + 1) * outputs; o++) {
        double error = (double) scores[scoresFrom + o] - labels[labelRow * outputs + o];
        double slope = error > delta ? delta : error < -delta ? -delta : error;
        // 1/2 e^2 where slope = e, and delta (|e| - delta / 2) where slope = +-delta.
        lossSum += weight == 0 ? 0 : weight * slope * (error - 0.5 * slope);
        scores[scoresFrom + o] = weight == 0 ? 0 : (float) (weight * slope);
      }
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A score is the value itself.
  }
}
