package dev.lockstep.data;

import java.util.Arrays;

/**
 * Copies single rows of {@link Rows}, in any order, into one block: what {@code shuffle = rows}
 * works on. Keeps its arrays between blocks, so a gathered block holds only until the next one. Not
 * safe for threads.
 */
public final class RowGather {
  private static final float[] NONE = {};

  private float[] dense = NONE;
  private int[] starts = {};
  private int[] indices = {};
  private float[] values = NONE;
  private float[] labels = NONE;
  private float[] weights = NONE;
  private float[] offsets = NONE;
  private byte[] folds = {};

  /**
   * Gathers rows into a block.
   *
   * @param rows where they come from; blocks of one form (all dense or all sparse)
   * @param wanted the row numbers, of which the first {@code count} count
   * @param count how many rows, at least 1
   */
  public Block gather(Rows rows, int[] wanted, int count) {
    Block first = rows.block(wanted[0] / rows.blockRows());
    int repeats = first.rows() == 0 ? 0 : first.folds().length / first.rows();
    labels = grown(labels, count * first.labelWidth());
    weights = first.weights().length == 0 ? NONE : grown(weights, count);
    offsets = first.offsets().length == 0 ? NONE : grown(offsets, count);
    folds = folds.length == repeats * count ? folds : new byte[repeats * count];
    boolean labelled = first.labels().length > 0;
    for (int i = 0; i < count; i++) {
      Block block = rows.block(wanted[i] / rows.blockRows());
      int row = wanted[i] % rows.blockRows();
      if (labelled) {
        int width = block.labelWidth();
        System.arraycopy(block.labels(), row * width, labels, i * width, width);
      }
      if (weights.length > 0) {
        weights[i] = block.weights()[row];
      }
      if (offsets.length > 0) {
        offsets[i] = block.offsets()[row];
      }
      for (int r = 0; r < repeats; r++) {
        folds[r * count + i] = block.folds()[r * block.rows() + row];
      }
    }
    Features features =
        first.features() instanceof DenseRows like
            ? gatherDense(rows, wanted, count, like)
            : gatherSparse(rows, wanted, count, first.features().columns());
    return new Block(
        features, labelled ? labels : NONE, first.labelWidth(), weights, offsets, folds);
  }

  private DenseRows gatherDense(Rows rows, int[] wanted, int count, DenseRows like) {
    int stride = like.stride();
    dense = grown(dense, Math.multiplyExact(count, stride));
    for (int i = 0; i < count; i++) {
      DenseRows from = (DenseRows) rows.block(wanted[i] / rows.blockRows()).features();
      int row = wanted[i] % rows.blockRows();
      System.arraycopy(from.values(), row * stride, dense, i * stride, stride);
    }
    return new DenseRows(dense, count, like.columns(), stride);
  }

  private SparseRows gatherSparse(Rows rows, int[] wanted, int count, int columns) {
    starts = starts.length == count + 1 ? starts : new int[count + 1];
    int entries = 0;
    for (int i = 0; i < count; i++) {
      SparseRows from = (SparseRows) rows.block(wanted[i] / rows.blockRows()).features();
      int start = from.starts()[wanted[i] % rows.blockRows()];
      int length = from.starts()[wanted[i] % rows.blockRows() + 1] - start;
      if (entries + length > indices.length) {
        int capacity = Math.max(2 * indices.length, entries + length);
        indices = Arrays.copyOf(indices, capacity);
        values = Arrays.copyOf(values, capacity);
      }
      System.arraycopy(from.indices(), start, indices, entries, length);
      System.arraycopy(from.values(), start, values, entries, length);
      starts[i] = entries;
      entries += length;
    }
    starts[count] = entries;
    return new SparseRows(starts, indices, values, columns);
  }

  private static float[] grown(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }
}
