package dev.lockstep.glm;

import dev.lockstep.data.SparseRows;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/**
 * Chunks of sparse rows for several columns of weights, which lie side by side for each feature: an
 * entry of a row then finds what all columns need in one place of memory. Each column's operations
 * are those of {@link SparseChunks}, in the same order. Plain loops: an entry waits for memory, not
 * for arithmetic.
 *
 * <p>Legend: d features, m columns, s the stride: m rounded up to whole quads; weights and sums
 * {@code [d, s]}. Copying into that order and back costs as much as some d * m entries, so it is
 * done once for all blocks of a sum: {@link #turnTo} for each, {@link #finish} for the last.
 */
final class InterleavedChunks implements RowChunks {
  private static final int QUAD = 4;

  /** The most floats that the weights of all columns may be: twice 16 MB, three times if wide. */
  private static final int MOST_FLOATS = 1 << 22;

  private SparseRows x = new SparseRows(new int[1], new int[0], new float[0], 0);
  private int[] starts = {};
  private int stride;
  private float[] weights = {};

  /** Sums of a narrow gradient, or of a wide one, once there are some. */
  private float[] sums = {};

  private double[] totals = {};

  /** Whether the weights are those of the sum at hand; whether its gradients are here. */
  private boolean loaded;

  private boolean summing;

  /** Of a row, one a column. */
  private float[] rowSlopes = {};

  /** Of a row with the columns of a quad. */
  private final float[] rowDots = new float[QUAD];

  /**
   * Whether this form is the faster one.
   *
   * @param entries of the rows that were and are added to the sum at hand
   */
  static boolean pays(SparseRows x, long entries, Parameters params, int outputs) {
    long columns = (long) params.members() * outputs;
    return columns >= QUAD
        && 2 * entries >= x.columns()
        && (columns + QUAD) * x.columns() <= MOST_FLOATS;
  }

  /** Forgets the sum at hand. */
  void begin() {
    loaded = false;
    summing = false;
  }

  /** Takes the next block; the parameters are the same for all blocks of a sum. */
  void turnTo(SparseRows x, Parameters params, int outputs) {
    this.x = x;
    if (loaded) {
      return;
    }
    starts = RowChunks.columnStarts(params, outputs, x.columns());
    stride = (starts.length + QUAD - 1) / QUAD * QUAD;
    int length = x.columns() * stride;
    if (weights.length != length) {
      weights = new float[length];
      sums = new float[0];
      totals = new double[0];
    }
    rowSlopes = new float[stride];
    Interleaving.of(params.values(), starts, x.columns(), stride, weights);
    loaded = true;
  }

  @Override
  public int rows() {
    return MOST_ROWS;
  }

  @Override
  public void dots(int from, int n, float[] dots) {
    for (int i = 0; i < n; i++) {
      int start = x.starts()[from + i];
      int end = x.starts()[from + i + 1];
      for (int c = 0; c < stride; c += QUAD) {
        quad(start, end, c);
        for (int each = c; each < Math.min(c + QUAD, starts.length); each++) {
          dots[each * MOST_ROWS + i] = rowDots[each - c];
        }
      }
    }
  }

  /** A row with four columns from c on; a to e are the four lanes. */
  private void quad(int start, int end, int c) {
    float a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    float b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    float c0 = 0, c1 = 0, c2 = 0, c3 = 0;
    float e0 = 0, e1 = 0, e2 = 0, e3 = 0;
    float[] w = weights;
    int[] indices = x.indices();
    float[] values = x.values();
    int each = stride;
    for (int p = start; p < end; p++) {
      float value = values[p];
      int at = indices[p] * each + c;
      a0 = Math.fma(value, w[at], a0);
      a1 = Math.fma(value, w[at + 1], a1);
      a2 = Math.fma(value, w[at + 2], a2);
      a3 = Math.fma(value, w[at + 3], a3);
      if (++p == end) {
        break;
      }
      value = values[p];
      at = indices[p] * each + c;
      b0 = Math.fma(value, w[at], b0);
      b1 = Math.fma(value, w[at + 1], b1);
      b2 = Math.fma(value, w[at + 2], b2);
      b3 = Math.fma(value, w[at + 3], b3);
      if (++p == end) {
        break;
      }
      value = values[p];
      at = indices[p] * each + c;
      c0 = Math.fma(value, w[at], c0);
      c1 = Math.fma(value, w[at + 1], c1);
      c2 = Math.fma(value, w[at + 2], c2);
      c3 = Math.fma(value, w[at + 3], c3);
      if (++p == end) {
        break;
      }
      value = values[p];
      at = indices[p] * each + c;
      e0 = Math.fma(value, w[at], e0);
      e1 = Math.fma(value, w[at + 1], e1);
      e2 = Math.fma(value, w[at + 2], e2);
      e3 = Math.fma(value, w[at + 3], e3);
    }
    rowDots[0] = (a0 + c0) + (b0 + e0);
    rowDots[1] = (a1 + c1) + (b1 + e1);
    rowDots[2] = (a2 + c2) + (b2 + e2);
    rowDots[3] = (a3 + c3) + (b3 + e3);
  }

  @Override
  public boolean addsToTotals(GradientSum into) {
    return into.wide();
  }

  @Override
  public void addGradient(int from, int n, float[] slopes, GradientSum into) {
    if (!summing) {
      takeSums(into);
    }
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < starts.length; c++) {
        rowSlopes[c] = slopes[c * MOST_ROWS + i];
      }
      int start = x.starts()[from + i];
      int end = x.starts()[from + i + 1];
      if (addsToTotals(into)) {
        addToTotals(start, end);
      } else {
        addToSums(start, end);
      }
    }
  }

  /** A quad at a time: its slopes stay in registers, and a row's entries in the nearest cache. */
  private void addToSums(int start, int end) {
    int[] indices = x.indices();
    float[] values = x.values();
    float[] into = sums;
    for (int c = 0; c < stride; c += QUAD) {
      float s0 = rowSlopes[c];
      float s1 = rowSlopes[c + 1];
      float s2 = rowSlopes[c + 2];
      float s3 = rowSlopes[c + 3];
      for (int p = start; p < end; p++) {
        float value = values[p];
        int at = indices[p] * stride + c;
        into[at] = Math.fma(value, s0, into[at]);
        into[at + 1] = Math.fma(value, s1, into[at + 1]);
        into[at + 2] = Math.fma(value, s2, into[at + 2]);
        into[at + 3] = Math.fma(value, s3, into[at + 3]);
      }
    }
  }

  /** The same; the product of two floats is exact in double, so this rounds once as well. */
  private void addToTotals(int start, int end) {
    int[] indices = x.indices();
    float[] values = x.values();
    double[] into = totals;
    for (int c = 0; c < stride; c += QUAD) {
      double s0 = rowSlopes[c];
      double s1 = rowSlopes[c + 1];
      double s2 = rowSlopes[c + 2];
      double s3 = rowSlopes[c + 3];
      for (int p = start; p < end; p++) {
        double value = values[p];
        int at = indices[p] * stride + c;
        into[at] += value * s0;
        into[at + 1] += value * s1;
        into[at + 2] += value * s2;
        into[at + 3] += value * s3;
      }
    }
  }

  private void takeSums(GradientSum into) {
    if (addsToTotals(into)) {
      totals = totals.length == weights.length ? totals : new double[weights.length];
      Interleaving.of(into.totals(), starts, x.columns(), stride, totals);
    } else {
      sums = sums.length == weights.length ? sums : new float[weights.length];
      Interleaving.of(into.gradients(), starts, x.columns(), stride, sums);
    }
    summing = true;
  }

  /** Ends a sum: its gradients go where they belong. */
  void finish(GradientSum into) {
    if (summing && addsToTotals(into)) {
      Interleaving.back(totals, starts, x.columns(), stride, into.totals());
    } else if (summing) {
      Interleaving.back(sums, starts, x.columns(), stride, into.gradients());
    }
    begin();
  }
}
