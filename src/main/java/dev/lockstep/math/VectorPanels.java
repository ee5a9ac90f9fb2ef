package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of rows with one vector in the Vector API, for {@link VectorDots}: four times 16
 * rows at a time, whose sums by lane {@link VectorFolds} folds together.
 *
 * <p>Legend: L the CPU's lanes; a, b, c, e accumulators of four rows. Each loop holds its
 * operations itself, and both are too long to be inlined, see {@link VectorTiles}.
 */
final class VectorPanels {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = Kernels.LANES;
  private static final int L = F.length();
  private static final int TILE = VectorTiles.TILE;

  /** Whether two of the CPU's vectors hold all lanes: both then meet rows at once. */
  private static final boolean HALVES = 2 * L == LANES;

  /** Whether there are panels on this CPU: where one of its vectors or two hold all lanes. */
  static final boolean THERE = HALVES || L == LANES;

  private VectorPanels() {}

  /**
   * Room for sums, larger than is good to make anew for each call.
   *
   * @param lanes of 16 rows with four vectors, or of 64 rows with one, which are folded as if the
   *     rows were those of four
   * @param quarters of the same
   * @param tile of four rows with four vectors
   */
  record Scratch(float[] lanes, float[] quarters, float[] tile) {
    Scratch() {
      this(
          new float[VectorFolds.VECTORS * VectorFolds.ROWS * LANES],
          new float[VectorFolds.VECTORS * VectorFolds.ROWS * LANES / 4],
          new float[TILE * TILE * LANES]);
    }
  }

  /**
   * As many of the rows as make whole panels: four panels at a time, then one.
   *
   * @return the row after the last that was done
   */
  static int rows(
      float[] x,
      int xFrom,
      int stride,
      int past,
      int from,
      int end,
      float[] w,
      int wFrom,
      Scratch scratch,
      float[] dots,
      int dotsFrom) {
    int rows = VectorFolds.ROWS;
    int four = VectorFolds.VECTORS;
    int apart = (end - from) / (four * rows) * rows;
    int i = from;
    for (int stop = i + apart; i < stop; i += rows) {
      panel(x, xFrom + i * stride, stride, past, apart, rows, w, wFrom, scratch.lanes());
      VectorFolds.quarter(four, scratch.lanes(), scratch.quarters());
      VectorFolds.finish(four, scratch.quarters(), dots, dotsFrom + i, apart);
    }
    for (i += (four - 1) * apart; i + rows <= end; i += rows) {
      int quarter = rows / TILE;
      panel(x, xFrom + i * stride, stride, past, quarter, quarter, w, wFrom, scratch.lanes());
      VectorFolds.quarter(1, scratch.lanes(), scratch.quarters());
      VectorFolds.finish(1, scratch.quarters(), dots, dotsFrom + i, rows);
    }
    return i;
  }

  /** Four times n rows with one vector, see {@link #halves}; from lines of the cache if it can. */
  private static void panel(
      float[] x,
      int row,
      int stride,
      int past,
      int apart,
      int n,
      float[] w,
      int wFrom,
      float[] lanes) {
    if (HALVES) {
      halves(x, row, stride, apart, n, w, wFrom, lanes);
      return;
    }
    int back = VectorTiles.turn(x, row, stride, past, (TILE - 1) * apart + n);
    int width = back > 0 ? stride + LANES : stride;
    wholes(x, row - back, stride, width, apart, n, w, wFrom - back, lanes);
  }

  /**
   * Four times n rows with one vector, two of each four at a time.
   *
   * @param width how much of a row is read, a multiple of 16
   * @param apart how many rows the second n begin after the first, and so on
   * @param n even
   * @param lanes {@code [4, n, 16]}, their sums by lane are written
   */
  private static void wholes(
      float[] x,
      int from,
      int stride,
      int width,
      int apart,
      int n,
      float[] w,
      int wFrom,
      float[] lanes) {
    int step = apart * stride;
    int lanesStep = n * LANES;
    for (int r = 0; r < n; r += 2) {
      int row = from + r * stride;
      FloatVector a0 = FloatVector.zero(F), b0 = a0, c0 = a0, e0 = a0;
      FloatVector a1 = a0, b1 = a0, c1 = a0, e1 = a0;
      for (int j = 0; j < width; j += LANES) {
        FloatVector factor = load(w, wFrom + j);
        a0 = factor.fma(load(x, row + j), a0);
        b0 = factor.fma(load(x, row + step + j), b0);
        c0 = factor.fma(load(x, row + 2 * step + j), c0);
        e0 = factor.fma(load(x, row + 3 * step + j), e0);
        a1 = factor.fma(load(x, row + stride + j), a1);
        b1 = factor.fma(load(x, row + step + stride + j), b1);
        c1 = factor.fma(load(x, row + 2 * step + stride + j), c1);
        e1 = factor.fma(load(x, row + 3 * step + stride + j), e1);
      }
      int at = r * LANES;
      a0.intoArray(lanes, at);
      a1.intoArray(lanes, at + LANES);
      b0.intoArray(lanes, at + lanesStep);
      b1.intoArray(lanes, at + lanesStep + LANES);
      c0.intoArray(lanes, at + 2 * lanesStep);
      c1.intoArray(lanes, at + 2 * lanesStep + LANES);
      e0.intoArray(lanes, at + 3 * lanesStep);
      e1.intoArray(lanes, at + 3 * lanesStep + LANES);
    }
  }

  /**
   * Four times n rows with one vector, both halves of their lanes at a time.
   *
   * @param apart how many rows the second n begin after the first, and so on
   * @param lanes {@code [4, n, 16]}, their sums by lane are written
   */
  private static void halves(
      float[] x, int from, int stride, int apart, int n, float[] w, int wFrom, float[] lanes) {
    int step = apart * stride;
    int lanesStep = n * LANES;
    for (int r = 0; r < n; r++) {
      int row = from + r * stride;
      FloatVector a0 = FloatVector.zero(F), b0 = a0, c0 = a0, e0 = a0;
      FloatVector a1 = a0, b1 = a0, c1 = a0, e1 = a0;
      for (int j = 0; j < stride; j += LANES) {
        FloatVector factor = load(w, wFrom + j);
        a0 = factor.fma(load(x, row + j), a0);
        b0 = factor.fma(load(x, row + step + j), b0);
        c0 = factor.fma(load(x, row + 2 * step + j), c0);
        e0 = factor.fma(load(x, row + 3 * step + j), e0);
        factor = load(w, wFrom + j + L);
        a1 = factor.fma(load(x, row + j + L), a1);
        b1 = factor.fma(load(x, row + step + j + L), b1);
        c1 = factor.fma(load(x, row + 2 * step + j + L), c1);
        e1 = factor.fma(load(x, row + 3 * step + j + L), e1);
      }
      int at = r * LANES;
      a0.intoArray(lanes, at);
      a1.intoArray(lanes, at + L);
      b0.intoArray(lanes, at + lanesStep);
      b1.intoArray(lanes, at + lanesStep + L);
      c0.intoArray(lanes, at + 2 * lanesStep);
      c1.intoArray(lanes, at + 2 * lanesStep + L);
      e0.intoArray(lanes, at + 3 * lanesStep);
      e1.intoArray(lanes, at + 3 * lanesStep + L);
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(F, values, at);
  }
}
