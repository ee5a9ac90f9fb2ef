package dev.lockstep.loss;

/**
 * The hinge loss of two classes, {@code max(0, 1 - t s)} with t -1 for label 0 and +1 for label 1;
 * or its square, which is smooth.
 *
 * @param squared whether the hinge is squared (not halved)
 */
public record HingeLoss(boolean squared) implements Loss {
  @Override
  public Task task() {
    return Task.BINARY;
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
      double sign = 2.0 * labels[labelRow + i] - 1;
      double missing = 1 - sign * scores[scoresFrom + i];
      // Written so that a score that is not a number gives a loss that is none.
      double hinge = missing <= 0 ? 0 : missing;
      double slope = squared ? -2 * sign * hinge : missing <= 0 ? 0 : -sign;
      lossSum += weight == 0 ? 0 : weight * (squared ? hinge * hinge : hinge);
      scores[scoresFrom + i] = weight == 0 ? 0 : (float) (weight * slope);
    }
    return lossSum;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A prediction is the margin itself.
  }
}
