package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.io.Serializable;
import java.util.Map;

/**
 * The evaluation sums of one member over some rows: plain arrays, so that they travel by any
 * serialization. Not safe for threads.
 */
public sealed interface Evaluation extends Serializable
    permits BinaryEvaluation, MulticlassEvaluation, TokenEvaluation, ValueEvaluation {
  /**
   * Adds rows in order.
   *
   * @param scores {@code [rows, outputs]} raw scores; overwritten
   * @param labels holds {@code [.., labelWidth]}, the first row at {@code labelRow}
   * @param weights {@code [rows]}; rows of weight 0 add nothing
   */
  void add(
      Loss loss,
      float[] scores,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows);

  /** Ends the rows of a shard: sorts and trims what was gathered. Called before any merge. */
  void finish();

  /** Adds the subtree to the right of this one; this evaluation. */
  Evaluation merge(Evaluation right);

  /**
   * The metrics by name, in a fixed order. A metric that is not defined on these rows (a curve
   * where only one class occurs, r2 of a constant) is left out.
   */
  Map<String, Double> metrics();

  /**
   * The confusion matrix {@code [classes, classes]}: weight of the rows of a class (row) that were
   * predicted as a class (column). Empty for values, and for more than 256 classes.
   */
  double[] confusion();
}
