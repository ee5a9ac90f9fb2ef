package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of rows times factors in the Vector API, see {@link Kernels#rowSums}: four vectors of
 * factors and four of columns at a time, or two of columns where vectors hold less than 16 lanes,
 * kept in registers over all rows. Fewer vectors of factors are left to {@link VectorColumns}.
 *
 * <p>Legend: L the CPU's lanes; a, b, c, e accumulators of the vectors of factors or of columns;
 * part {@code [4, PANEL]} the sums of a tile, or {@code [WIDE]} those of one vector of factors.
 * Each loop holds its operations itself: a vector that crosses a call which is not inlined is
 * boxed. The methods with eight sums or more are too long to be inlined, and should stay so, see
 * {@link VectorTiles}.
 */
final class VectorSums {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final int TILE = 4;
  private static final int PANEL = TILE * L;

  private static final int WIDE = VectorColumns.WIDE;

  /** Whether the CPU surely has the registers for a tile's 16 sums. */
  private static final boolean TILED = L == Kernels.LANES;

  private static final ThreadLocal<float[]> PART =
      ThreadLocal.withInitial(() -> new float[TILE * PANEL]);

  private VectorSums() {}

  static void rows(
      float[] x,
      int xFrom,
      int stride,
      int n,
      int columns,
      float[] factors,
      int step,
      int m,
      float[] sums,
      int[] sumsAt) {
    float[] part = PART.get();
    int past = past(x, xFrom, stride, n, columns);
    int all = past + columns;
    int span = past > 0 ? (all + L - 1) / L * L : stride;
    if (past > 0
        && m < TILE
        && span > PANEL
        && span < WIDE
        && fits(x, xFrom - past, stride, n, WIDE)) {
      span = WIDE;
    }
    for (int j = 0; j < all; ) {
      // The last panel reaches back over columns that are done, which are then not added again.
      boolean panel = span >= PANEL;
      boolean wide = m < TILE && span >= WIDE;
      int width = wide ? WIDE : panel ? PANEL : L;
      int start = panel ? Math.min(j, span - width) : j;
      int end = Math.min(all, start + width);
      int at = xFrom - past + start;
      int first = Math.max(j, past);
      int v = 0;
      for (; v + TILE <= m; v += TILE) {
        if (panel && !TILED) {
          twoColumns(x, at, stride, n, factors, v * step, step, part, 0);
          twoColumns(x, at + 2 * L, stride, n, factors, v * step, step, part, 2 * L);
        } else if (panel) {
          tile(x, at, stride, n, factors, v * step, step, part);
        } else {
          fourFactors(x, at, stride, n, factors, v * step, step, part);
        }
        for (int one = 0; one < TILE; one++) {
          int from = one * PANEL + first - start;
          add(part, from, sums, sumsAt[v + one] + first - past, end - first);
        }
      }
      for (; v < m; v++) {
        if (wide) {
          VectorColumns.eightColumns(x, at, stride, n, factors, v * step, part);
        } else if (panel) {
          VectorColumns.fourColumns(x, at, stride, n, factors, v * step, part);
        } else {
          VectorColumns.oneColumn(x, at, stride, n, factors, v * step, part);
        }
        add(part, first - start, sums, sumsAt[v] + first - past, end - first);
      }
      j = end;
    }
  }

  /**
   * How many floats before their begin rows are read, so that loads do not cross lines of the
   * cache; what is not theirs is not added to the sums.
   */
  private static int past(float[] x, int xFrom, int stride, int n, int columns) {
    int past = stride >= PANEL ? CacheLines.floatsPast(x, xFrom) : 0;
    int width = (past + columns + L - 1) / L * L;
    return past <= xFrom && fits(x, xFrom - past, stride, n, width) ? past : 0;
  }

  private static boolean fits(float[] x, int from, int stride, int n, int width) {
    return from + (n - 1) * stride + width <= x.length;
  }

  private static void add(float[] part, int from, float[] sums, int to, int count) {
    int j = 0;
    for (; j + L <= count; j += L) {
      load(sums, to + j).add(load(part, from + j)).intoArray(sums, to + j);
    }
    for (; j < count; j++) {
      sums[to + j] += part[from + j];
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(F, values, at);
  }

  private static void fourFactors(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      int step,
      float[] part) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector e = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int f = factorsFrom + i;
      FloatVector row = load(x, xFrom + i * stride);
      a = row.fma(FloatVector.broadcast(F, factors[f]), a);
      b = row.fma(FloatVector.broadcast(F, factors[f + step]), b);
      c = row.fma(FloatVector.broadcast(F, factors[f + 2 * step]), c);
      e = row.fma(FloatVector.broadcast(F, factors[f + 3 * step]), e);
    }
    a.intoArray(part, 0);
    b.intoArray(part, PANEL);
    c.intoArray(part, 2 * PANEL);
    e.intoArray(part, 3 * PANEL);
  }

  /** Half a tile, two columns with four factors, for CPUs with few or short registers. */
  private static void twoColumns(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      int step,
      float[] part,
      int partFrom) {
    FloatVector a0 = FloatVector.zero(F), b0 = a0, c0 = a0, e0 = a0;
    FloatVector a1 = a0, b1 = a0, c1 = a0, e1 = a0;
    for (int i = 0; i < n; i++) {
      int at = xFrom + i * stride;
      int f = factorsFrom + i;
      FloatVector x0 = load(x, at);
      FloatVector x1 = load(x, at + L);
      FloatVector factor = FloatVector.broadcast(F, factors[f]);
      a0 = x0.fma(factor, a0);
      a1 = x1.fma(factor, a1);
      factor = FloatVector.broadcast(F, factors[f + step]);
      b0 = x0.fma(factor, b0);
      b1 = x1.fma(factor, b1);
      factor = FloatVector.broadcast(F, factors[f + 2 * step]);
      c0 = x0.fma(factor, c0);
      c1 = x1.fma(factor, c1);
      factor = FloatVector.broadcast(F, factors[f + 3 * step]);
      e0 = x0.fma(factor, e0);
      e1 = x1.fma(factor, e1);
    }
    a0.intoArray(part, partFrom);
    a1.intoArray(part, partFrom + L);
    b0.intoArray(part, partFrom + PANEL);
    b1.intoArray(part, partFrom + PANEL + L);
    c0.intoArray(part, partFrom + 2 * PANEL);
    c1.intoArray(part, partFrom + 2 * PANEL + L);
    e0.intoArray(part, partFrom + 3 * PANEL);
    e1.intoArray(part, partFrom + 3 * PANEL + L);
  }

  private static void tile(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      int step,
      float[] part) {
    FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
    FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    FloatVector c0 = a0, c1 = a0, c2 = a0, c3 = a0;
    FloatVector e0 = a0, e1 = a0, e2 = a0, e3 = a0;
    for (int i = 0; i < n; i++) {
      int at = xFrom + i * stride;
      int f = factorsFrom + i;
      FloatVector x0 = load(x, at);
      FloatVector x1 = load(x, at + L);
      FloatVector x2 = load(x, at + 2 * L);
      FloatVector x3 = load(x, at + 3 * L);
      FloatVector factor = FloatVector.broadcast(F, factors[f]);
      a0 = x0.fma(factor, a0);
      a1 = x1.fma(factor, a1);
      a2 = x2.fma(factor, a2);
      a3 = x3.fma(factor, a3);
      factor = FloatVector.broadcast(F, factors[f + step]);
      b0 = x0.fma(factor, b0);
      b1 = x1.fma(factor, b1);
      b2 = x2.fma(factor, b2);
      b3 = x3.fma(factor, b3);
      factor = FloatVector.broadcast(F, factors[f + 2 * step]);
      c0 = x0.fma(factor, c0);
      c1 = x1.fma(factor, c1);
      c2 = x2.fma(factor, c2);
      c3 = x3.fma(factor, c3);
      factor = FloatVector.broadcast(F, factors[f + 3 * step]);
      e0 = x0.fma(factor, e0);
      e1 = x1.fma(factor, e1);
      e2 = x2.fma(factor, e2);
      e3 = x3.fma(factor, e3);
    }
    a0.intoArray(part, 0);
    a1.intoArray(part, L);
    a2.intoArray(part, 2 * L);
    a3.intoArray(part, 3 * L);
    b0.intoArray(part, PANEL);
    b1.intoArray(part, PANEL + L);
    b2.intoArray(part, PANEL + 2 * L);
    b3.intoArray(part, PANEL + 3 * L);
    c0.intoArray(part, 2 * PANEL);
    c1.intoArray(part, 2 * PANEL + L);
    c2.intoArray(part, 2 * PANEL + 2 * L);
    c3.intoArray(part, 2 * PANEL + 3 * L);
    e0.intoArray(part, 3 * PANEL);
    e1.intoArray(part, 3 * PANEL + L);
    e2.intoArray(part, 3 * PANEL + 2 * L);
    e3.intoArray(part, 3 * PANEL + 3 * L);
  }
}
