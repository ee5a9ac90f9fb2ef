package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in the Vector API. A reduction's 16 logical lanes are one, two or four vectors of the
 * CPU's width, taken one after the other; the bits do not depend on it.
 *
 * <p>Legend: L the CPU's lanes, a, b, c, e accumulators of four rows or four columns of vectors.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;
  private static final int L = F.length();
  private static final int TILE = 4;

  VectorKernels() {}

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
    float[] lanes = new float[TILE * LANES];
    int i = 0;
    for (; i + TILE <= n; i += TILE) {
      int row = xFrom + i * stride;
      for (int part = 0; part < LANES; part += L) {
        fourRows(x, row + part, stride, w, wFrom + part, lanes, part);
      }
      fourLaneSums(lanes, dots, dotsFrom + i * dotsStep, dotsStep);
    }
    for (; i < n; i++) {
      int row = xFrom + i * stride;
      for (int part = 0; part < LANES; part += L) {
        FloatVector a = FloatVector.zero(F);
        for (int j = part; j < stride; j += LANES) {
          a = FloatVector.fromArray(F, x, row + j).fma(load(w, wFrom + j), a);
        }
        a.intoArray(lanes, part);
      }
      foldLanes(lanes, 0);
      dots[dotsFrom + i * dotsStep] = lastLanes(lanes, 0);
    }
  }

  private static void fourRows(
      float[] x, int row, int stride, float[] w, int wFrom, float[] lanes, int part) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector e = FloatVector.zero(F);
    int end = stride - part % LANES;
    for (int j = 0; j < end; j += LANES) {
      FloatVector factor = load(w, wFrom + j);
      a = load(x, row + j).fma(factor, a);
      b = load(x, row + stride + j).fma(factor, b);
      c = load(x, row + 2 * stride + j).fma(factor, c);
      e = load(x, row + 3 * stride + j).fma(factor, e);
    }
    a.intoArray(lanes, part);
    b.intoArray(lanes, LANES + part);
    c.intoArray(lanes, 2 * LANES + part);
    e.intoArray(lanes, 3 * LANES + part);
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(F, values, at);
  }

  private static void fourLaneSums(float[] lanes, float[] dots, int from, int step) {
    foldLanes(lanes, 0);
    foldLanes(lanes, LANES);
    foldLanes(lanes, 2 * LANES);
    foldLanes(lanes, 3 * LANES);
    dots[from] = lastLanes(lanes, 0);
    dots[from + step] = lastLanes(lanes, LANES);
    dots[from + 2 * step] = lastLanes(lanes, 2 * LANES);
    dots[from + 3 * step] = lastLanes(lanes, 3 * LANES);
  }

  /** 16 lanes to 8 to 4; 128 bits are on every CPU. */
  private static void foldLanes(float[] lanes, int at) {
    FloatVector first =
        FloatVector.fromArray(QUARTER, lanes, at)
            .add(FloatVector.fromArray(QUARTER, lanes, at + 8));
    FloatVector second =
        FloatVector.fromArray(QUARTER, lanes, at + 4)
            .add(FloatVector.fromArray(QUARTER, lanes, at + 12));
    first.add(second).intoArray(lanes, at);
  }

  private static float lastLanes(float[] lanes, int at) {
    return (lanes[at] + lanes[at + 2]) + (lanes[at + 1] + lanes[at + 3]);
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
    int j = 0;
    for (; j + TILE * L <= stride; j += TILE * L) {
      fourColumns(x, xFrom + j, stride, n, factors, factorsFrom, factorsStep, sums, j);
    }
    for (; j < stride; j += L) {
      FloatVector a = FloatVector.zero(F);
      for (int i = 0; i < n; i++) {
        FloatVector factor = FloatVector.broadcast(F, factors[factorsFrom + i * factorsStep]);
        a = load(x, xFrom + i * stride + j).fma(factor, a);
      }
      a.intoArray(sums, j);
    }
  }

  private static void fourColumns(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      int factorsStep,
      float[] sums,
      int j) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector e = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = xFrom + i * stride;
      FloatVector factor = FloatVector.broadcast(F, factors[factorsFrom + i * factorsStep]);
      a = load(x, at).fma(factor, a);
      b = load(x, at + L).fma(factor, b);
      c = load(x, at + 2 * L).fma(factor, c);
      e = load(x, at + 3 * L).fma(factor, e);
    }
    a.intoArray(sums, j);
    b.intoArray(sums, j + L);
    c.intoArray(sums, j + 2 * L);
    e.intoArray(sums, j + 3 * L);
  }

  @Override
  public void logistic(float[] z, int n, float[] sigmoids, double[] softplus) {
    double[] e = new double[n];
    for (int i = 0; i < n; i++) {
      softplus[i] = z[i];
      e[i] = -Math.abs(z[i]);
    }
    VectorElementary.exp(e, n);
    VectorElementary.softplusAndSigmoid(softplus, e, n, softplus);
    for (int i = 0; i < n; i++) {
      sigmoids[i] = (float) e[i];
    }
  }

  @Override
  public void exp(double[] values, int n) {
    VectorElementary.exp(values, n);
  }
}
