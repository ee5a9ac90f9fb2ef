package dev.lockstep.glm;

import dev.lockstep.data.DenseRows;
import dev.lockstep.math.Kernels;
import dev.lockstep.math.PaddedWeights;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/**
 * Chunks of dense rows that stay in the second-level cache between the two passes over them.
 * Weights are copied to rows of the padded stride, with zeros around them, unless they are few and
 * have that stride already.
 */
final class DenseChunks implements RowChunks {
  private static final int CHUNK_FLOATS = 32768;
  private static final int FEWEST_ROWS = 8;

  /**
   * Blocks below 1 MB stay in the caches from step to step: nothing is gained by fetching early.
   */
  private static final int FAR_FLOATS = 1 << 18;

  /** Four chunks of this size take a part of the second-level cache. */
  private static final int LARGE_FLOATS = 1 << 14;

  /** So many columns meet rows together, which then pays for the copies. */
  private static final int MANY = 4;

  private final DenseRows x;
  private final int[] starts;
  private final PaddedWeights weights;
  private final boolean copied;
  private final int end;

  private DenseChunks(DenseRows x, int end, int[] starts, PaddedWeights weights, boolean copied) {
    this.x = x;
    this.end = end;
    this.starts = starts;
    this.weights = weights;
    this.copied = copied;
  }

  /**
   * Chunks of one block.
   *
   * @param end after the last row that will be read
   * @param last chunks of the same model that are done with; their array is used again if it fits
   */
  static DenseChunks of(DenseRows x, int end, Parameters params, int outputs, DenseChunks last) {
    int[] starts = RowChunks.columnStarts(params, outputs, x.columns());
    if (x.stride() == x.columns() && starts.length < MANY) {
      PaddedWeights bare = new PaddedWeights(params.values(), starts, x.stride());
      return new DenseChunks(x, end, starts, bare, false);
    }
    PaddedWeights old = last.copied ? last.weights : PaddedWeights.NONE;
    PaddedWeights weights =
        PaddedWeights.of(params.values(), starts, x.columns(), x.stride(), x.values(), old);
    return new DenseChunks(x, end, starts, weights, true);
  }

  /** Chunks of nothing. */
  static DenseChunks none() {
    DenseRows nothing = new DenseRows(new float[0], 0, 0, 0);
    return new DenseChunks(nothing, 0, new int[0], PaddedWeights.NONE, false);
  }

  @Override
  public int rows() {
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, CHUNK_FLOATS / x.stride() / 4 * 4));
  }

  /**
   * Fetches as many rows as the chunk has that come next: a quarter of each of the four chunks that
   * follow, so that each has been fetched when its turn comes, or of the next one if chunks are
   * large. Dots with one column fetch their rows themselves, from as many places.
   */
  private void prefetch(Kernels kernels, int from, int n) {
    if (starts.length == 1 || from + 2 * n > end || x.values().length < FAR_FLOATS) {
      return;
    }
    int chunk = n * x.stride();
    int quarter = chunk / 4;
    int next = from * x.stride() + chunk;
    int last = end * x.stride() - quarter;
    if (chunk <= LARGE_FLOATS) {
      kernels.prefetch(x.values(), next + 3 * quarter, chunk - quarter, quarter, last);
    } else {
      kernels.prefetch(x.values(), next, quarter, quarter, last);
    }
  }

  @Override
  public void dots(int from, int n, float[] dots) {
    int stride = x.stride();
    Kernels kernels = Kernels.best((long) n * stride * starts.length);
    prefetch(kernels, from, n);
    kernels.rowDots(
        x.values(),
        from * stride,
        stride,
        n,
        weights.values(),
        weights.starts(),
        copied ? PaddedWeights.MARGIN : 0,
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
