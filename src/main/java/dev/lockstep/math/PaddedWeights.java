package dev.lockstep.math;

import java.util.Arrays;

/**
 * Copies of vectors of weights, each with a margin of zeros on both sides, see {@link
 * Kernels#rowDots}. They lie in the lines of the cache as the rows do that they are to meet.
 *
 * @param values the vectors, and zeros around them
 * @param starts {@code [m]}: where vector v begins in the values
 * @param stride floats of a vector, padded with zeros to whole lanes
 */
public record PaddedWeights(float[] values, int[] starts, int stride) {
  /** Zeros before and after each vector. */
  public static final int MARGIN = Kernels.LANES;

  /** Of no vector. */
  public static final PaddedWeights NONE = new PaddedWeights(new float[0], new int[0], 0);

  /**
   * Copies vectors.
   *
   * @param w vector v is {@code [columns]} from {@code wAt[v]}
   * @param x holds the rows that they will meet, whose starts are whole strides apart
   * @param last copies with as many columns that are done with: their array is used again if it
   *     fits, and they are then no longer what they were
   */
  public static PaddedWeights of(
      float[] w, int[] wAt, int columns, int stride, float[] x, PaddedWeights last) {
    int step = stride + MARGIN;
    // The first vector may be moved by a line, and the last one ends with its margin.
    int length = Math.addExact(Math.multiplyExact(wAt.length, step), 2 * MARGIN);
    boolean fits = last.stride == stride && last.values.length == length;
    float[] values = fits ? last.values : new float[length];
    int first =
        MARGIN + ((CacheLines.floatsPast(x, 0) - CacheLines.floatsPast(values, 0)) & (MARGIN - 1));
    boolean sameStarts = fits && last.starts.length > 0 && last.starts[0] == first;
    int[] starts = sameStarts ? last.starts : new int[wAt.length];
    if (!sameStarts) {
      Arrays.fill(values, 0f);
      for (int v = 0; v < starts.length; v++) {
        starts[v] = first + v * step;
      }
    }
    for (int v = 0; v < starts.length; v++) {
      System.arraycopy(w, wAt[v], values, starts[v], columns);
    }
    return new PaddedWeights(values, starts, stride);
  }
}
