package dev.lockstep.optim;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;

/** Smooth objectives on which solvers are tried. */
interface Objective {
  /**
   * The value at a point.
   *
   * @param gradient {@code [size]}, written
   */
  double value(double[] x, double[] gradient);

  /** {@code 1/2 sum_i c_i (x_i - i)^2}, with curvatures c from 1 to {@code condition}. */
  static Objective quadratic(int size, double condition) {
    return (x, gradient) -> {
      double sum = 0;
      for (int i = 0; i < size; i++) {
        double c = Math.pow(condition, size == 1 ? 0 : i / (size - 1.0));
        double off = x[i] - i % 5;
        gradient[i] = c * off;
        sum += 0.5 * c * off * off;
      }
      return sum;
    };
  }

  /** Rosenbrock's valley in two dimensions; the minimum 0 is at (1, 1). */
  static Objective rosenbrock() {
    return (x, gradient) -> {
      double bend = x[1] - x[0] * x[0];
      double off = 1 - x[0];
      gradient[0] = -400 * x[0] * bend - 2 * off;
      gradient[1] = 200 * bend;
      return 100 * bend * bend + off * off;
    };
  }

  /**
   * Logistic regression on drawn rows, mean loss and l2, the last coordinate an intercept without
   * l2.
   *
   * @param float32 whether scores and slopes are rounded as on the workers
   */
  static Objective logistic(int rows, int features, double l2, long seed, boolean float32) {
    RandomKey key = RandomKey.of(seed);
    var random = key.generator();
    float[][] data = new float[rows][features];
    float[] labels = new float[rows];
    for (int n = 0; n < rows; n++) {
      double score = 0.3;
      for (int d = 0; d < features; d++) {
        data[n][d] = (float) (random.nextGaussian() * (1 + d % 3));
        score += data[n][d] * (d % 4 == 0 ? 0.8 : 0.0);
      }
      labels[n] = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    }
    return (x, gradient) -> logistic(data, labels, l2, float32, x, gradient);
  }

  private static double logistic(
      float[][] data, float[] labels, double l2, boolean float32, double[] x, double[] gradient) {
    int features = x.length - 1;
    Arrays.fill(gradient, 0);
    double sum = 0;
    for (int n = 0; n < data.length; n++) {
      double score = x[features];
      for (int d = 0; d < features; d++) {
        score += data[n][d] * x[d];
        score = float32 ? (float) score : score;
      }
      double loss = Math.max(score, 0) - score * labels[n] + Math.log1p(Math.exp(-Math.abs(score)));
      double slope = 1 / (1 + Math.exp(-score)) - labels[n];
      sum += float32 ? (float) loss : loss;
      slope = float32 ? (float) slope : slope;
      for (int d = 0; d < features; d++) {
        gradient[d] += slope * data[n][d];
      }
      gradient[features] += slope;
    }
    double penalty = 0;
    for (int d = 0; d <= features; d++) {
      gradient[d] /= data.length;
      if (d < features) {
        gradient[d] += l2 * x[d];
        penalty += l2 / 2 * x[d] * x[d];
      }
    }
    return sum / data.length + penalty;
  }
}
