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
    return lanes[0];
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
  public void logistic(float[] z, int n, float[] sigmoids, double[] softplus) {
    for (int i = 0; i < n; i++) {
      double value = z[i];
      softplus[i] = Elementary.softplus(value);
      sigmoids[i] = (float) Elementary.sigmoid(value);
    }
  }

  @Override
  public void exp(double[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Elementary.exp(values[i]);
    }
  }
}
