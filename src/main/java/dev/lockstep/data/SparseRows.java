package dev.lockstep.data;

/**
 * Sparse rows in compressed form (CSR).
 *
 * @param starts {@code [rows + 1]}: row i has the entries {@code [starts[i], starts[i + 1])}
 * @param indices the feature of each entry, ascending within a row
 * @param values the value of each entry
 * @param columns d
 */
public record SparseRows(int[] starts, int[] indices, float[] values, int columns)
    implements Features {
  /** Checks the sizes. */
  public SparseRows {
    if (starts.length == 0 || starts[starts.length - 1] > Math.min(indices.length, values.length)) {
      throw new IllegalArgumentException(
          "%d starts, %d indices, %d values"
              .formatted(starts.length, indices.length, values.length));
    }
  }

  @Override
  public int rows() {
    return starts.length - 1;
  }

  @Override
  public long sizeBytes() {
    return 4L * (starts.length + indices.length + values.length);
  }
}
