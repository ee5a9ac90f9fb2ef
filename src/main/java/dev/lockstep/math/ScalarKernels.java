package dev.lockstep.math;

import java.util.Arrays;

/** The plain twin of the SIMD kernels: the same operations in the same order. */
final class ScalarKernels implements Kernels {
  static final ScalarKernels INSTANCE = new ScalarKernels();

  private ScalarKernels() {}

  @Override
  public void rowDots(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] w,
      int[] wAt,
      int margin,
      int m,
      float[] dots,
      int dotsStep) {
    float[] lanes = new float[LANES];
    for (int v = 0; v < m; v++) {
      for (int i = 0; i < n; i++) {
        Arrays.fill(lanes, 0f);
        int row = xFrom + i * stride;
        for (int j = 0; j < stride; j += LANES) {
          for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] = Math.fma(x[row + j + lane], w[wAt[v] + j + lane], lanes[lane]);
          }
        }
        dots[v * dotsStep + i] = laneSum(lanes);
      }
    }
  }

  private static float laneSum(float[] lanes) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] += lanes[lane + width];
      }
    }
    return lanes[0] + 0f;
  }

  @Override
  public void rowSums(
      float[] x,
      int xFrom,
      int stride,
      int n,
      int columns,
      float[] factors,
      int factorsStep,
      int m,
      float[] sums,
      int[] sumsAt) {
    float[] sum = new float[columns];
    for (int v = 0; v < m; v++) {
      Arrays.fill(sum, 0f);
      for (int i = 0; i < n; i++) {
        float factor = factors[v * factorsStep + i];
        int row = xFrom + i * stride;
        for (int j = 0; j < columns; j++) {
          sum[j] = Math.fma(x[row + j], factor, sum[j]);
        }
      }
      for (int j = 0; j < columns; j++) {
        sums[sumsAt[v] + j] += sum[j];
      }
    }
  }

  @Override
  public void prefetch(float[] x, int from, int apart, int floats, int last) {
    // Computes for longer than memory takes.
  }

  @Override
  public void logLosses(
      float[] scores,
      int scoresFrom,
      int scoresStep,
      int m,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lossSums) {
    for (int k = 0; k < m; k++) {
      double[] lanes = new double[DOUBLE_LANES];
      int from = scoresFrom + k * scoresStep;
      LogLoss.add(scores, from, 0, n, labels, labelsFrom, weights, lanes, 0);
      lossSums[k] += LogLoss.sum(lanes, 0);
    }
  }

  @Override
  public double squaredLoss(
      float[] scores, int scoresFrom, int n, float[] labels, int labelsFrom, float[] weights) {
    double[] lanes = new double[DOUBLE_LANES];
    SquaredErrors.add(scores, scoresFrom, 0, n, labels, labelsFrom, weights, lanes);
    return LogLoss.sum(lanes, 0) / 2;
  }

  @Override
  public void exp(double[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Elementary.exp(values[i]);
    }
  }

  @Override
  public void tanh(double[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Elementary.tanh(values[i]);
    }
  }

  @Override
  public void means(
      float[] sums, int sumsFrom, int n, double divisor, float[] means, int meansFrom) {
    if (!Kernels.isFloat(divisor)) {
      for (int i = 0; i < n; i++) {
        means[meansFrom + i] = (float) (sums[sumsFrom + i] / divisor);
      }
      return;
    }
    float by = (float) divisor;
    System.arraycopy(sums, sumsFrom, means, meansFrom, n);
    int end = meansFrom + n;
    for (int i = meansFrom; i < end; i++) { // of one array, so that compilers see it as SIMD
      means[i] /= by;
    }
  }

  @Override
  public void squares(float[] values, int from, int to, double[] lanes) {
    double a = lanes[0], b = lanes[1], c = lanes[2], d = lanes[3];
    double e = lanes[4], f = lanes[5], g = lanes[6], h = lanes[7];
    for (int i = from; i < to; i += DOUBLE_LANES) {
      a += square(values[i]);
      b += square(values[i + 1]);
      c += square(values[i + 2]);
      d += square(values[i + 3]);
      e += square(values[i + 4]);
      f += square(values[i + 5]);
      g += square(values[i + 6]);
      h += square(values[i + 7]);
    }
    lanes[0] = a;
    lanes[1] = b;
    lanes[2] = c;
    lanes[3] = d;
    lanes[4] = e;
    lanes[5] = f;
    lanes[6] = g;
    lanes[7] = h;
  }

  private static double square(float value) {
    return (double) value * value;
  }
}
