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
      int wFrom,
      float[] dots,
      int dotsFrom,
      int dotsStep) {
    float[] lanes = new float[LANES];
    for (int i = 0; i < n; i++) {
      Arrays.fill(lanes, 0f);
      int row = xFrom + i * stride;
      for (int j = 0; j < stride; j += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
          lanes[lane] = Math.fma(x[row + j + lane], w[wFrom + j + lane], lanes[lane]);
        }
      }
      dots[dotsFrom + i * dotsStep] = laneSum(lanes);
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
  public void rowSum(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      int factorsStep,
      float[] sums) {
    Arrays.fill(sums, 0, stride, 0f);
    for (int i = 0; i < n; i++) {
      float factor = factors[factorsFrom + i * factorsStep];
      int row = xFrom + i * stride;
      for (int j = 0; j < stride; j++) {
        sums[j] = Math.fma(x[row + j], factor, sums[j]);
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
