package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.SparseRows;
import java.util.Arrays;

/**
 * Gathers encoded rows into a block. Rows are kept compressed while they come; a full block becomes
 * dense or sparse, whichever takes fewer bytes.
 */
final class BlockBuilder {
  private final BlockShape shape;
  private int[] starts;
  private int[] indices;
  private float[] values;
  private final float[] labels;
  private final float[] weights;
  private final float[] offsets;
  private byte[] folds = {};
  private int repeats;
  private boolean labelled;
  private boolean weighted;
  private boolean offset;
  private int rows;
  private int entries;

  BlockBuilder(BlockShape shape) {
    this.shape = shape;
    starts = new int[shape.blockRows() + 1];
    indices = new int[shape.blockRows()];
    values = new float[shape.blockRows()];
    labels = new float[shape.blockRows() * shape.labelWidth()];
    weights = new float[shape.blockRows()];
    offsets = new float[shape.blockRows()];
  }

  /** How many rows there are. */
  int rows() {
    return rows;
  }

  /** Whether the block is full. */
  boolean full() {
    return rows == shape.blockRows();
  }

  /** Adds a feature of the row to come; features ascend, zeros are left out. */
  void entry(int column, float value) {
    if (value == 0f) {
      return;
    }
    if (entries == indices.length) {
      int wanted = entries + (entries >> 1) + 16;
      indices = Arrays.copyOf(indices, wanted);
      values = Arrays.copyOf(values, wanted);
    }
    indices[entries] = column;
    values[entries++] = value;
  }

  /** Ends the row; its folds are one for each repeat, none for all rows or for no row. */
  void row(float[] label, float weight, float rowOffset, byte[] rowFolds) {
    repeats = rowFolds.length;
    if (folds.length < repeats * shape.blockRows()) {
      folds = new byte[repeats * shape.blockRows()];
    }
    for (int repeat = 0; repeat < repeats; repeat++) {
      folds[repeat * shape.blockRows() + rows] = rowFolds[repeat];
    }
    System.arraycopy(label, 0, labels, rows * shape.labelWidth(), label.length);
    labelled |= label.length > 0;
    weights[rows] = weight;
    weighted |= weight != 1f;
    offsets[rows] = rowOffset;
    offset |= rowOffset != 0f;
    starts[++rows] = entries;
  }

  /** The block of the rows added since the last one. */
  Block build() {
    int stride = DenseRows.strideOf(shape.columns());
    Features features = sparseIsSmaller(rows, entries, stride) ? sparse() : dense(stride);
    Block block =
        new Block(
            features,
            labelled ? Arrays.copyOf(labels, rows * shape.labelWidth()) : new float[0],
            labelled ? shape.labelWidth() : 0,
            weighted ? Arrays.copyOf(weights, rows) : new float[0],
            offset ? Arrays.copyOf(offsets, rows) : new float[0],
            folds());
    rows = 0;
    entries = 0;
    labelled = false;
    weighted = false;
    offset = false;
    return block;
  }

  private byte[] folds() {
    byte[] packed = new byte[repeats * rows];
    for (int repeat = 0; repeat < repeats; repeat++) {
      System.arraycopy(folds, repeat * shape.blockRows(), packed, repeat * rows, rows);
    }
    return packed;
  }

  /** Whether rows with so many entries take fewer bytes sparse than dense. */
  static boolean sparseIsSmaller(int rows, int entries, int stride) {
    return 4L * (rows + 1) + 8L * entries < 4L * rows * stride;
  }

  private Features sparse() {
    return new SparseRows(
        Arrays.copyOf(starts, rows + 1),
        Arrays.copyOf(indices, entries),
        Arrays.copyOf(values, entries),
        shape.columns());
  }

  private Features dense(int stride) {
    float[] dense = new float[rows * stride];
    for (int row = 0; row < rows; row++) {
      for (int entry = starts[row]; entry < starts[row + 1]; entry++) {
        dense[row * stride + indices[entry]] = values[entry];
      }
    }
    return new DenseRows(dense, rows, shape.columns(), stride);
  }
}
