package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.Map;

/** The evaluation sums of one member over some rows. Not safe for threads. */
public interface Evaluation {
  /**
   * Adds rows in order.
   *
   * @param scores {@code [rows, outputs]} raw scores; overwritten
   * @param labels holds {@code [.., labelWidth]}, the first row at {@code labelRow}
   * @param weights {@code [rows]}
   */
  void add(
      Loss loss,
      float[] scores,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows);

  /** Adds the subtree to the right of this one; this evaluation. */
  Evaluation merge(Evaluation right);

  /** The metrics by name, in a fixed order. */
  Map<String, Double> metrics();
}
