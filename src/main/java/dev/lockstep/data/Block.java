package dev.lockstep.data;

import java.io.Serializable;

/**
 * A few thousand encoded rows of a shard, held together in memory. Blocks are never written after
 * they were built.
 *
 * @param features the features of the rows
 * @param labels {@code [rows, labelWidth]}; class labels are class indices; empty if unlabelled
 * @param labelWidth label values per row
 * @param weights {@code [rows]}, without class weights; empty where every weight is 1
 * @param offsets {@code [rows]}, added to the score; empty where there is none
 * @param folds {@code [repeats, rows]} fold numbers; empty where there are none
 * @param taught {@code [rows, outputs]} what a teacher says of the rows; empty where there is none
 */
public record Block(
    Features features,
    float[] labels,
    int labelWidth,
    float[] weights,
    float[] offsets,
    byte[] folds,
    float[] taught)
    implements Serializable {
  private static final float[] NONE = {};

  /** Checks the sizes. */
  public Block {
    int rows = features.rows();
    check("labels", labels.length, (long) rows * labelWidth);
    check("weights", weights.length, rows);
    check("offsets", offsets.length, rows);
    if (rows > 0 && folds.length % rows != 0) {
      throw new IllegalArgumentException(folds.length + " folds for " + rows + " rows");
    }
  }

  /** Rows without a teacher. */
  public Block(
      Features features,
      float[] labels,
      int labelWidth,
      float[] weights,
      float[] offsets,
      byte[] folds) {
    this(features, labels, labelWidth, weights, offsets, folds, NONE);
  }

  private static void check(String what, int length, long expected) {
    if (length != 0 && length < expected) {
      throw new IllegalArgumentException(length + " " + what + ", must be 0 or " + expected);
    }
  }

  /** The number of rows, n. */
  public int rows() {
    return features.rows();
  }

  /** The weight of a row. */
  public float weight(int row) {
    return weights.length == 0 ? 1f : weights[row];
  }

  /**
   * The same rows with other weights.
   *
   * @param others {@code [rows]}; kept
   */
  public Block withWeights(float[] others) {
    return new Block(features, labels, labelWidth, others, offsets, folds, taught);
  }

  /**
   * The same rows with what a teacher says of them.
   *
   * @param scores {@code [rows, outputs]}; kept
   */
  public Block withTaught(float[] scores) {
    return new Block(features, labels, labelWidth, weights, offsets, folds, scores);
  }

  /** What is added to the score of a row. */
  public float offset(int row) {
    return offsets.length == 0 ? 0f : offsets[row];
  }

  /** The bytes that the arrays take. */
  public long sizeBytes() {
    return features.sizeBytes()
        + 4L * (labels.length + weights.length + offsets.length + taught.length)
        + folds.length;
  }
}
