package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products by lane of four rows with four vectors in the Vector API, for {@link VectorDots}.
 * Where a CPU's vector holds all 16 lanes, there are registers for all 16 sums. Else two vectors at
 * a time meet the rows, once for each part of the lanes.
 *
 * <p>Rows that begin past a line of the cache are read from its start, and to the end of their last
 * line, if the array goes that far: what is not theirs meets the zeros around the vectors. The
 * lanes are turned by that, which the sums of their halves do not notice.
 *
 * <p>Legend: L the CPU's lanes; x0 to x3 the rows; a, b, c, e the vectors' sums. Each loop holds
 * its operations itself: a vector that crosses a call which is not inlined is boxed. The methods
 * with loops are too long to be inlined (325 bytes of code), and should stay so: a method into
 * which several of them went would be too much for the compiler, which then boxes.
 */
final class VectorTiles {
  /** Rows and vectors of a tile. */
  static final int TILE = 4;

  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = Kernels.LANES;
  private static final int L = F.length();

  /** Shorter rows lose more by one more vector than they gain. */
  private static final int LEAST_TURNED = 4 * LANES;

  private VectorTiles() {}

  /**
   * Four rows with four vectors from the v-th on.
   *
   * @param row where the first row begins
   * @param past floats from the start of a line of the cache to the row; 0 where no zeros are
   *     around the vectors
   * @param lanes the 16 lanes of vector k and row i are written to {@code at + k * step + i * 16}
   */
  static void tile(
      float[] x,
      int row,
      int stride,
      int past,
      float[] w,
      int[] wAt,
      int v,
      float[] lanes,
      int at,
      int step) {
    int back = turn(x, row, stride, past, TILE);
    int width = back > 0 ? stride + LANES : stride;
    int first = row - back;
    int a = wAt[v] - back;
    int b = wAt[v + 1] - back;
    int c = wAt[v + 2] - back;
    int e = wAt[v + 3] - back;
    if (L == LANES) {
      four(x, first, stride, width, w, a, b, c, e, lanes, at, step);
      return;
    }
    two(x, first, stride, width, w, a, b, lanes, at, step);
    two(x, first, stride, width, w, c, e, lanes, at + 2 * step, step);
  }

  /**
   * How many floats before their begin rows are read, up to the end of their last line: {@code
   * past}, or 0 if they are read as they are.
   *
   * @param row where the first row begins
   * @param n rows
   */
  static int turn(float[] x, int row, int stride, int past, int n) {
    boolean turned =
        stride >= LEAST_TURNED && past <= row && row - past + n * stride + LANES <= x.length;
    return turned ? past : 0;
  }

  private static void four(
      float[] x,
      int first,
      int stride,
      int width,
      float[] w,
      int aAt,
      int bAt,
      int cAt,
      int eAt,
      float[] lanes,
      int at,
      int step) {
    FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
    FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    FloatVector c0 = a0, c1 = a0, c2 = a0, c3 = a0;
    FloatVector e0 = a0, e1 = a0, e2 = a0, e3 = a0;
    for (int j = 0; j < width; j += LANES) {
      FloatVector x0 = load(x, first + j);
      FloatVector x1 = load(x, first + stride + j);
      FloatVector x2 = load(x, first + 2 * stride + j);
      FloatVector x3 = load(x, first + 3 * stride + j);
      FloatVector factor = load(w, aAt + j);
      a0 = x0.fma(factor, a0);
      a1 = x1.fma(factor, a1);
      a2 = x2.fma(factor, a2);
      a3 = x3.fma(factor, a3);
      factor = load(w, bAt + j);
      b0 = x0.fma(factor, b0);
      b1 = x1.fma(factor, b1);
      b2 = x2.fma(factor, b2);
      b3 = x3.fma(factor, b3);
      factor = load(w, cAt + j);
      c0 = x0.fma(factor, c0);
      c1 = x1.fma(factor, c1);
      c2 = x2.fma(factor, c2);
      c3 = x3.fma(factor, c3);
      factor = load(w, eAt + j);
      e0 = x0.fma(factor, e0);
      e1 = x1.fma(factor, e1);
      e2 = x2.fma(factor, e2);
      e3 = x3.fma(factor, e3);
    }
    a0.intoArray(lanes, at);
    a1.intoArray(lanes, at + LANES);
    a2.intoArray(lanes, at + 2 * LANES);
    a3.intoArray(lanes, at + 3 * LANES);
    b0.intoArray(lanes, at + step);
    b1.intoArray(lanes, at + step + LANES);
    b2.intoArray(lanes, at + step + 2 * LANES);
    b3.intoArray(lanes, at + step + 3 * LANES);
    c0.intoArray(lanes, at + 2 * step);
    c1.intoArray(lanes, at + 2 * step + LANES);
    c2.intoArray(lanes, at + 2 * step + 2 * LANES);
    c3.intoArray(lanes, at + 2 * step + 3 * LANES);
    e0.intoArray(lanes, at + 3 * step);
    e1.intoArray(lanes, at + 3 * step + LANES);
    e2.intoArray(lanes, at + 3 * step + 2 * LANES);
    e3.intoArray(lanes, at + 3 * step + 3 * LANES);
  }

  private static void two(
      float[] x,
      int first,
      int stride,
      int width,
      float[] w,
      int aAt,
      int bAt,
      float[] lanes,
      int at,
      int step) {
    for (int part = 0; part < LANES; part += L) {
      FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
      FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
      for (int j = part; j < width; j += LANES) {
        FloatVector a = load(w, aAt + j);
        FloatVector b = load(w, bAt + j);
        FloatVector row = load(x, first + j);
        a0 = row.fma(a, a0);
        b0 = row.fma(b, b0);
        row = load(x, first + stride + j);
        a1 = row.fma(a, a1);
        b1 = row.fma(b, b1);
        row = load(x, first + 2 * stride + j);
        a2 = row.fma(a, a2);
        b2 = row.fma(b, b2);
        row = load(x, first + 3 * stride + j);
        a3 = row.fma(a, a3);
        b3 = row.fma(b, b3);
      }
      int aTo = at + part;
      int bTo = aTo + step;
      a0.intoArray(lanes, aTo);
      a1.intoArray(lanes, aTo + LANES);
      a2.intoArray(lanes, aTo + 2 * LANES);
      a3.intoArray(lanes, aTo + 3 * LANES);
      b0.intoArray(lanes, bTo);
      b1.intoArray(lanes, bTo + LANES);
      b2.intoArray(lanes, bTo + 2 * LANES);
      b3.intoArray(lanes, bTo + 3 * LANES);
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(F, values, at);
  }
}
