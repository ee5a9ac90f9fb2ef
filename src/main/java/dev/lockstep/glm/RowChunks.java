package dev.lockstep.glm;

import dev.lockstep.model.GradientSum;

/** Products of the rows of one block with the weights of all members, a chunk of rows at a time. */
interface RowChunks {
  /** The most rows a chunk has. */
  int MOST_ROWS = 64;

  /** Rows of a full chunk; depends on the width of the rows alone. */
  int rows();

  /**
   * Dot products of rows {@code [from, from + n)} with a member's weights, bias not included.
   *
   * @param dots {@code [n, outputs]}, written
   */
  void dots(int member, int from, int n, float[] dots);

  /**
   * Adds slope times row, over rows {@code [from, from + n)}.
   *
   * @param slopes {@code [n, outputs]}
   * @param into written: {@code [outputs, features]} from {@code base} of its gradients, or of its
   *     totals, see {@link #addsToTotals}
   */
  void addGradient(int base, int from, int n, float[] slopes, GradientSum into);

  /**
   * Whether the gradient goes into the float64 totals of a wide sum at once: closing a block costs
   * as much as the model has parameters, of which a block of sparse rows touches few.
   */
  boolean addsToTotals(GradientSum into);
}
