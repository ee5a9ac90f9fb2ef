package dev.lockstep.data;

/**
 * Dense rows, row-major with a padded stride.
 *
 * @param values {@code [rows, stride]}, zero in the padding, finite all over; may be longer than
 *     needed
 * @param rows n
 * @param columns d
 * @param stride floats from one row to the next: d rounded up to {@link #LANES}
 */
public record DenseRows(float[] values, int rows, int columns, int stride) implements Features {
  /** Rows are padded to a multiple of this many floats. */
  public static final int LANES = 16;

  /** Checks the sizes. */
  public DenseRows {
    if (stride < columns || values.length < (long) rows * stride) {
      throw new IllegalArgumentException(
          "%d values cannot hold %d rows of stride %d, %d columns"
              .formatted(values.length, rows, stride, columns));
    }
  }

  /** The padded stride of rows of {@code columns} features. */
  public static int strideOf(int columns) {
    return Math.max(LANES, (columns + LANES - 1) / LANES * LANES);
  }

  @Override
  public long sizeBytes() {
    return 4L * values.length;
  }
}
