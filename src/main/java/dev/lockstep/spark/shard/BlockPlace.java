package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.SparseRows;

/**
 * Where a block lies in a {@link BlockFile}, and its form, so that some of its rows can be read
 * without the others. The arrays follow each other: starts, indices, values, labels, weights,
 * offsets, folds; those that the block has not take no bytes.
 *
 * @param at the byte where it begins
 * @param rows n
 * @param columns d
 * @param starts how many starts of rows: n + 1 if sparse, 0 if dense
 * @param entries how many indices, 0 if dense
 * @param values how many values of features
 * @param labelWidth label values a row
 * @param labels how many label values
 * @param weights how many weights
 * @param offsets how many offsets
 * @param folds how many fold numbers
 */
record BlockPlace(
    long at,
    int rows,
    int columns,
    int starts,
    int entries,
    int values,
    int labelWidth,
    int labels,
    int weights,
    int offsets,
    int folds) {
  /** The place of a block from a byte on. */
  static BlockPlace of(long at, Block block) {
    Features features = block.features();
    int rows = block.rows();
    boolean dense = features instanceof DenseRows;
    int entries = dense ? 0 : ((SparseRows) features).starts()[rows];
    return new BlockPlace(
        at,
        rows,
        features.columns(),
        dense ? 0 : rows + 1,
        entries,
        dense ? rows * ((DenseRows) features).stride() : entries,
        block.labelWidth(),
        block.labels().length == 0 ? 0 : rows * block.labelWidth(),
        block.weights().length == 0 ? 0 : rows,
        block.offsets().length == 0 ? 0 : rows,
        block.folds().length);
  }

  boolean dense() {
    return starts == 0;
  }

  /** Floats from one dense row to the next. */
  int stride() {
    return values / rows;
  }

  /** Fold numbers a row. */
  int repeats() {
    return folds / rows;
  }

  long indicesAt() {
    return at + 4L * starts;
  }

  long valuesAt() {
    return indicesAt() + 4L * entries;
  }

  long labelsAt() {
    return valuesAt() + 4L * values;
  }

  long weightsAt() {
    return labelsAt() + 4L * labels;
  }

  long offsetsAt() {
    return weightsAt() + 4L * weights;
  }

  long foldsAt() {
    return offsetsAt() + 4L * offsets;
  }

  /** After its last byte. */
  long end() {
    return foldsAt() + folds;
  }
}
