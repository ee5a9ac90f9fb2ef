package dev.lockstep.loss;

import java.io.Serializable;
import java.util.List;

/** A loss of scores against labels. Immutable; safe for threads. */
public interface Loss extends Serializable {
  /** What a label is, which decides the metrics. */
  enum Task {
    /** A number. */
    REGRESSION,
    /** A count or rate, at least 0. */
    COUNTS,
    /** One of two classes, label 0 or 1, one score a row. */
    BINARY,
    /** One of k classes, label 0..k-1, k scores a row. */
    MULTICLASS,
    /** No label: a text, each of whose tokens is to follow from those before it. */
    NEXT_TOKEN
  }

  /**
   * A loss by its name in {@link Losses}, with its defaults.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Loss parse(String name) {
    if (Losses.REGISTRY.type(name).isEmpty()) {
      throw new IllegalArgumentException(
          "must be one of %s, is %s"
              .formatted(String.join(", ", Losses.REGISTRY.kinds().keySet()), name));
    }
    return Losses.REGISTRY.defaults(name);
  }

  /** What a label is. */
  Task task();

  /** Whether {@link #predictions} are probabilities (not so for margins such as hinge). */
  boolean probabilistic();

  /**
   * The same loss in training where classes weigh differently: that of rows whose weights hold
   * those of their classes already.
   *
   * @param classWeights of each class; empty where all count alike
   */
  default Loss byClass(List<Double> classWeights) {
    return this;
  }

  /**
   * The weighted loss of n rows and its slopes.
   *
   * @param scores holds {@code [rows, outputs]}; written: weight times the slope of the row's loss
   *     by each score
   * @param scoresFrom place of the first row's scores
   * @param outputs scores a row
   * @param labels holds {@code [.., outputs]} numbers, or {@code [..]} classes, the first row at
   *     {@code labelRow}
   * @param labelRow row of {@code labels} that belongs to the first row of scores
   * @param weights {@code [rows]} the weight of each row for this member; rows of weight 0 add
   *     nothing and get slope 0
   * @param rows n
   * @return the sum of weight times loss in double, added in an order that depends on the number of
   *     rows alone
   */
  double slopes(
      float[] scores,
      int scoresFrom,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows);

  /**
   * The same of m members that weigh the rows alike, with one score a row.
   *
   * @param columns that of member k and row i is at {@code k * step + i}; written as above
   * @param lossSums {@code [m]}, each member's sum is added to its own
   */
  default void slopes(
      float[] columns,
      int step,
      int m,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows,
      double[] lossSums) {
    for (int k = 0; k < m; k++) {
      lossSums[k] += slopes(columns, k * step, 1, labels, labelRow, weights, rows);
    }
  }

  /**
   * Turns scores into predictions: the mean, the probability of class 1, the probabilities of all
   * classes, or the margin itself.
   *
   * @param scores {@code [rows, outputs]}; written
   */
  void predictions(float[] scores, int outputs, int rows);
}
