package dev.lockstep.bench;

/** Logistic regression as one would write it first. */
final class PlainLoop {
  private PlainLoop() {}

  /** Adds a row's gradient; its loss. */
  static double row(
      float[] x, int row, float label, float[] w, float[] gradient, int at, int features) {
    float score = 0;
    for (int j = 0; j < features; j++) {
      score += x[row + j] * w[at + j];
    }
    double e = Math.exp(-score);
    float slope = (float) (1 / (1 + e) - label);
    for (int j = 0; j < features; j++) {
      gradient[at + j] += slope * x[row + j];
    }
    return Math.log1p(e) + (1 - label) * score;
  }
}
