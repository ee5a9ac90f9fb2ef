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

  /** Rows that stay in the first-level cache while all vectors meet them. */
  private static final int NEAR_FLOATS = 6144;

  /**
   * Sums of 16 rows with four vectors, or of 64 rows with one, which are folded as if the rows were
   * those of four: larger than is good to make anew for each call.
   */
  private static final ThreadLocal<VectorPanels.Scratch> PANEL =
      ThreadLocal.withInitial(VectorPanels.Scratch::new);

  private VectorDots() {}

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
    VectorPanels.Scratch panel = PANEL.get();
    float[] lanes = panel.tile();
    int past = margin > 0 && (tiled || L == LANES) ? CacheLines.floatsPast(x, xFrom) : 0;
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
            VectorTiles.tile(x, at, stride, past, w, wAt, v, panel.lanes(), row * LANES, step);
          }
          VectorFolds.quarter(TILE, panel.lanes(), panel.quarters());
          VectorFolds.finish(TILE, panel.quarters(), dots, v * dotsStep + i, dotsStep);
        }
        for (; i < quads; i += TILE) {
          VectorTiles.tile(x, xFrom + i * stride, stride, past, w, wAt, v, lanes, 0, TILE * LANES);
          foldTile(lanes, dots, v * dotsStep + i, dotsStep);
        }
        for (int one = v; one < v + TILE; one++) {
          vector(x, xFrom, stride, past, quads, end, w, wAt[one], panel, dots, one * dotsStep);
        }
      }
      for (; v < m; v++) {
        vector(x, xFrom, stride, past, from, end, w, wAt[v], panel, dots, v * dotsStep);
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
      int past,
      int from,
      int end,
      float[] w,
      int wFrom,
      VectorPanels.Scratch panel,
      float[] dots,
      int dotsFrom) {
    float[] lanes = panel.lanes();
    int i =
        VectorPanels.THERE
            ? VectorPanels.rows(x, xFrom, stride, past, from, end, w, wFrom, panel, dots, dotsFrom)
            : from;
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
