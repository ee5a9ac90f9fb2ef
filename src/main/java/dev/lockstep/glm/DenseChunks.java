package dev.lockstep.glm;

import dev.lockstep.data.DenseRows;
import dev.lockstep.math.Kernels;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/**
 * Chunks of dense rows that stay in the second-level cache between the two passes over them.
 * Weights are copied to rows of the padded stride where they have not that stride already.
 */
final class DenseChunks implements RowChunks {
  private static final int CHUNK_FLOATS = 32768;
  private static final int FEWEST_ROWS = 8;

  private final DenseRows x;
  private final int[] starts;
  private final float[] weights;
  private final int[] weightsAt;

  private DenseChunks(DenseRows x, int[] starts, float[] weights, int[] weightsAt) {
    this.x = x;
    this.starts = starts;
    this.weights = weights;
    this.weightsAt = weightsAt;
  }

  /**
   * Chunks of one block.
   *
   * @param last chunks of the same model that are done with; their array is used again if it fits
   */
  static DenseChunks of(DenseRows x, Parameters params, int outputs, DenseChunks last) {
    int[] starts = RowChunks.columnStarts(params, outputs, x.columns());
    if (x.stride() == x.columns()) {
      return new DenseChunks(x, starts, params.values(), starts);
    }
    int length = Math.multiplyExact(starts.length, x.stride());
    boolean fits = last.x.stride() == x.stride() && last.weights.length == length;
    float[] weights = fits ? last.weights : new float[length];
    int[] weightsAt = new int[starts.length];
    for (int c = 0; c < starts.length; c++) {
      weightsAt[c] = c * x.stride();
      System.arraycopy(params.values(), starts[c], weights, weightsAt[c], x.columns());
    }
    return new DenseChunks(x, starts, weights, weightsAt);
  }

  /** Chunks of nothing. */
  static DenseChunks none() {
    return new DenseChunks(
        new DenseRows(new float[0], 0, 0, 0), new int[0], new float[0], new int[0]);
  }

  @Override
  public int rows() {
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, CHUNK_FLOATS / x.stride() / 4 * 4));
  }

  @Override
  public void dots(int from, int n, float[] dots) {
    int stride = x.stride();
    Kernels.best((long) n * stride * starts.length)
        .rowDots(
            x.values(),
            from * stride,
            stride,
            n,
            weights,
            weightsAt,
            starts.length,
            dots,
            MOST_ROWS);
  }

  @Override
  public boolean addsToTotals(GradientSum into) {
    return false;
  }

  @Override
  public void addGradient(int from, int n, float[] slopes, GradientSum into) {
    int stride = x.stride();
    Kernels.best((long) n * stride * starts.length)
        .rowSums(
            x.values(),
            from * stride,
            stride,
            n,
            x.columns(),
            slopes,
            MOST_ROWS,
            starts.length,
            into.gradients(),
            starts);
  }
}
