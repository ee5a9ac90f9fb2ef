package dev.lockstep.loss;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.Kernels;

/**
 * The loss {@code log cosh e} of an error e, summed over the outputs of a row: {@code 1/2 e^2} near
 * 0, {@code |e| - log 2} far from it, smooth everywhere (Huber's loss has no second derivative at
 * delta); its slope is {@code tanh e}. As Keras's LogCosh, which averages over outputs.
 */
public record LogCoshLoss() implements Loss {
  private static final double LOG_2 = 0.6931471805599453;

  /** From this tangent on, an error of 0.55, the form for large errors loses nothing. */
  private static final double LARGE = 0.5;

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
    double[] tangents = new double[rows * outputs];
    for (int i = 0; i < tangents.length; i++) {
      tangents[i] = (double) scores[scoresFrom + i] - labels[labelRow * outputs + i];
    }
    Kernels.best(tangents.length * Kernels.EXP_WORK).tanh(tangents, tangents.length);
    double lossSum = 0;
    for (int i = 0; i < rows; i++) {
      float weight = weights[i];
      for (int o = i * outputs; o < (i + 1) * outputs; o++) {
        double error = (double) scores[scoresFrom + o] - labels[labelRow * outputs + o];
        lossSum += weight == 0 ? 0 : weight * logCosh(error, tangents[o]);
        scores[scoresFrom + o] = weight == 0 ? 0 : (float) (weight * tangents[o]);
      }
    }
    return lossSum;
  }

  /**
   * Of an error and its tanh t: {@code -1/2 log(1 - t^2)} keeps what is small, {@code |e| + log(1 +
   * exp(-2 |e|)) - log 2} what is large, with {@code exp(-2 |e|) = (1 - |t|) / (1 + |t|)}.
   */
  static double logCosh(double error, double tangent) {
    double t = Math.abs(tangent);
    return t < LARGE
        ? -0.5 * Elementary.log1p(-t * t)
        : Math.abs(error) + Elementary.log1p((1 - t) / (1 + t)) - LOG_2;
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // A score is the value itself.
  }
}
