package dev.lockstep.glm;

import dev.lockstep.data.SparseRows;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/**
 * Chunks of sparse rows. A dot product adds entry p of a row to lane p mod 4 by fma, then the lanes
 * as (0 + 2) + (1 + 3); gradients are added entry by entry in row order, rounding once an entry.
 */
final class SparseChunks implements RowChunks {
  private final SparseRows x;
  private final Parameters params;
  private final int[] starts;

  SparseChunks(SparseRows x, Parameters params, int outputs) {
    this.x = x;
    this.params = params;
    this.starts = RowChunks.columnStarts(params, outputs, x.columns());
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
      for (int c = 0; c < starts.length; c++) {
        dots[c * MOST_ROWS + i] = dot(start, end, starts[c]);
      }
    }
  }

  private float dot(int start, int end, int base) {
    int[] indices = x.indices();
    float[] values = x.values();
    float[] w = params.values();
    float lane0 = 0;
    float lane1 = 0;
    float lane2 = 0;
    float lane3 = 0;
    int p = start;
    for (; p + 4 <= end; p += 4) {
      lane0 = Math.fma(values[p], w[base + indices[p]], lane0);
      lane1 = Math.fma(values[p + 1], w[base + indices[p + 1]], lane1);
      lane2 = Math.fma(values[p + 2], w[base + indices[p + 2]], lane2);
      lane3 = Math.fma(values[p + 3], w[base + indices[p + 3]], lane3);
    }
    if (p < end) {
      lane0 = Math.fma(values[p], w[base + indices[p]], lane0);
    }
    if (p + 1 < end) {
      lane1 = Math.fma(values[p + 1], w[base + indices[p + 1]], lane1);
    }
    if (p + 2 < end) {
      lane2 = Math.fma(values[p + 2], w[base + indices[p + 2]], lane2);
    }
    return (lane0 + lane2) + (lane1 + lane3);
  }

  @Override
  public boolean addsToTotals(GradientSum into) {
    return into.wide();
  }

  @Override
  public void addGradient(int from, int n, float[] slopes, GradientSum into) {
    for (int i = 0; i < n; i++) {
      int start = x.starts()[from + i];
      int end = x.starts()[from + i + 1];
      for (int c = 0; c < starts.length; c++) {
        float slope = slopes[c * MOST_ROWS + i];
        if (addsToTotals(into)) {
          addRow(start, end, slope, starts[c], into.totals());
        } else {
          addRow(start, end, slope, starts[c], into.gradients());
        }
      }
    }
  }

  private void addRow(int start, int end, float slope, int at, float[] gradients) {
    int[] indices = x.indices();
    float[] values = x.values();
    for (int p = start; p < end; p++) {
      int j = at + indices[p];
      gradients[j] = Math.fma(values[p], slope, gradients[j]);
    }
  }

  /** The product of two floats is exact in double, so this rounds once as well. */
  private void addRow(int start, int end, float slope, int at, double[] totals) {
    int[] indices = x.indices();
    float[] values = x.values();
    double factor = slope;
    for (int p = start; p < end; p++) {
      totals[at + indices[p]] += values[p] * factor;
    }
  }
}
