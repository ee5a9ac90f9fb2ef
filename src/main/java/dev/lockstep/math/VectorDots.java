package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of rows with vectors of weights in the Vector API, see {@link Kernels#rowDots}. Four
 * rows meet four vectors at a time: each value that is loaded is used more than once. Fewer vectors
 * than four meet 64, 16 or four rows one by one.
 *
 * <p>Legend: L the CPU's lanes; a, b, c, e accumulators of the four rows; lanes {@code [dots, 16]}
 * the sums by lane before they are folded. Each loop holds its operations itself: a vector that
 * crosses a call which is not inlined is boxed.
 */
final class VectorDots {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;
  private static final int LANES = Kernels.LANES;
  private static final int L = F.length();
  private static final int TILE = VectorTiles.TILE;

  /** Whether two of the CPU's vectors hold all lanes: both then meet rows at once. */
  private static final boolean HALVES = 2 * L == LANES;

  /** Rows that stay in the first-level cache while all vectors meet them. */
  private static final int NEAR_FLOATS = 6144;

  /**
   * Sums of 16 rows with four vectors, or of 64 rows with one, which are folded as if the rows were
   * those of four: larger than is good to make anew for each call.
   */
  private static final ThreadLocal<Panel> PANEL = ThreadLocal.withInitial(Panel::new);

  private VectorDots() {}

  private static final class Panel {
    final float[] lanes = new float[VectorFolds.VECTORS * VectorFolds.ROWS * LANES];
    final float[] quarters = new float[lanes.length / 4];
    final float[] tile = new float[TILE * TILE * LANES];
  }

  static void rows(
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
    boolean tiled = m >= TILE;
    Panel panel = PANEL.get();
    float[] lanes = panel.tile;
    int past = tiled && margin > 0 ? CacheLines.floatsPast(x, xFrom) : 0;
    int near = m == 1 ? n : Math.max(TILE, NEAR_FLOATS / stride / TILE * TILE);
    for (int from = 0; from < n; from += near) {
      int end = Math.min(n, from + near);
      int quads = tiled ? from + (end - from) / TILE * TILE : from;
      int v = 0;
      for (; tiled && v + TILE <= m; v += TILE) {
        int i = from;
        for (; i + VectorFolds.ROWS <= quads; i += VectorFolds.ROWS) {
          for (int row = 0; row < VectorFolds.ROWS; row += TILE) {
            int at = xFrom + (i + row) * stride;
            int step = VectorFolds.ROWS * LANES;
            VectorTiles.tile(x, at, stride, past, w, wAt, v, panel.lanes, row * LANES, step);
          }
          VectorFolds.quarter(TILE, panel.lanes, panel.quarters);
          VectorFolds.finish(TILE, panel.quarters, dots, v * dotsStep + i, dotsStep);
        }
        for (; i < quads; i += TILE) {
          VectorTiles.tile(x, xFrom + i * stride, stride, past, w, wAt, v, lanes, 0, TILE * LANES);
          foldTile(lanes, dots, v * dotsStep + i, dotsStep);
        }
        for (int one = v; one < v + TILE; one++) {
          vector(x, xFrom, stride, quads, end, w, wAt[one], panel, dots, one * dotsStep);
        }
      }
      for (; v < m; v++) {
        vector(x, xFrom, stride, from, end, w, wAt[v], panel, dots, v * dotsStep);
      }
    }
  }

  /**
   * Rows {@code [from, end)} with one vector. The four rows that meet it at a time come from four
   * places as far apart as can be: memory answers four streams half as fast again as one, and does
   * so while the CPU multiplies.
   */
  private static void vector(
      float[] x,
      int xFrom,
      int stride,
      int from,
      int end,
      float[] w,
      int wFrom,
      Panel panel,
      float[] dots,
      int dotsFrom) {
    float[] lanes = panel.lanes;
    int i = HALVES ? panels(x, xFrom, stride, from, end, w, wFrom, panel, dots, dotsFrom) : from;
    int apart = (end - i) / TILE;
    for (int stop = i + apart; i < stop; i++) {
      int row = xFrom + i * stride;
      for (int part = 0; part < LANES; part += L) {
        fourRows(x, row + part, stride, apart * stride, w, wFrom + part, lanes, part);
      }
      for (int r = 0; r < TILE; r++) {
        foldLanes(lanes, r * LANES);
      }
      for (int r = 0; r < TILE; r++) {
        dots[dotsFrom + i + r * apart] = lastLanes(lanes, r * LANES);
      }
    }
    for (i += (TILE - 1) * apart; i < end; i++) {
      int row = xFrom + i * stride;
      for (int part = 0; part < LANES; part += L) {
        FloatVector a = FloatVector.zero(F);
        for (int j = part; j < stride; j += LANES) {
          a = load(w, wFrom + j).fma(load(x, row + j), a);
        }
        a.intoArray(lanes, part);
      }
      foldLanes(lanes, 0);
      dots[dotsFrom + i] = lastLanes(lanes, 0);
    }
  }

  /**
   * As many of the rows as make whole panels: four panels at a time, then one.
   *
   * @return the row after the last that was done
   */
  private static int panels(
      float[] x,
      int xFrom,
      int stride,
      int from,
      int end,
      float[] w,
      int wFrom,
      Panel panel,
      float[] dots,
      int dotsFrom) {
    int rows = VectorFolds.ROWS;
    int four = VectorFolds.VECTORS;
    int apart = (end - from) / (four * rows) * rows;
    int i = from;
    for (int stop = i + apart; i < stop; i += rows) {
      halves(x, xFrom + i * stride, stride, apart, rows, w, wFrom, panel.lanes);
      VectorFolds.quarter(four, panel.lanes, panel.quarters);
      VectorFolds.finish(four, panel.quarters, dots, dotsFrom + i, apart);
    }
    for (i += (four - 1) * apart; i + rows <= end; i += rows) {
      halves(x, xFrom + i * stride, stride, rows / TILE, rows / TILE, w, wFrom, panel.lanes);
      VectorFolds.quarter(1, panel.lanes, panel.quarters);
      VectorFolds.finish(1, panel.quarters, dots, dotsFrom + i, rows);
    }
    return i;
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

  /** Rows that begin {@code step} floats after each other with one vector. */
  private static void fourRows(
      float[] x, int row, int stride, int step, float[] w, int wFrom, float[] lanes, int part) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector e = FloatVector.zero(F);
    int end = stride - part;
    for (int j = 0; j < end; j += LANES) {
      FloatVector factor = load(w, wFrom + j);
      a = factor.fma(load(x, row + j), a);
      b = factor.fma(load(x, row + step + j), b);
      c = factor.fma(load(x, row + 2 * step + j), c);
      e = factor.fma(load(x, row + 3 * step + j), e);
    }
    a.intoArray(lanes, part);
    b.intoArray(lanes, LANES + part);
    c.intoArray(lanes, 2 * LANES + part);
    e.intoArray(lanes, 3 * LANES + part);
  }

  private static void foldTile(float[] lanes, float[] dots, int from, int step) {
    for (int at = 0; at < TILE * TILE * LANES; at += LANES) {
      foldLanes(lanes, at);
    }
    int at = 0;
    for (int v = 0; v < TILE; v++) {
      for (int i = 0; i < TILE; i++, at += LANES) {
        dots[from + v * step + i] = lastLanes(lanes, at);
      }
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(F, values, at);
  }

  /**
   * 16 lanes to 8 to 4; 128 bits are on every CPU. Not by {@code FloatVector.add}: the compiler
   * takes the class of a vector there from a profile that longer vectors share, and would box.
   */
  private static void foldLanes(float[] lanes, int at) {
    FloatVector first =
        FloatVector.fromArray(QUARTER, lanes, at)
            .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 8));
    FloatVector second =
        FloatVector.fromArray(QUARTER, lanes, at + 4)
            .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 12));
    first.lanewise(VectorOperators.ADD, second).intoArray(lanes, at);
  }

  private static float lastLanes(float[] lanes, int at) {
    return (lanes[at] + lanes[at + 2]) + (lanes[at + 1] + lanes[at + 3]) + 0f;
  }
}
