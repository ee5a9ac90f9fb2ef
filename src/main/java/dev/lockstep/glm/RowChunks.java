package dev.lockstep.glm;

import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/**
 * Products of the rows of one block with the weights of all members, a chunk of rows at a time.
 * Column c is output {@code c % outputs} of member {@code c / outputs}.
 */
interface RowChunks {
  /** The most rows a chunk has. */
  int MOST_ROWS = 64;

  /** Rows of a full chunk; depends on the width of the rows alone. */
  int rows();

  /**
   * Dot products of rows {@code [from, from + n)} with all members' weights, bias not included.
   *
   * @param dots {@code [members * outputs, MOST_ROWS]}, the first n of each column written
   */
  void dots(int from, int n, float[] dots);

  /**
   * Adds slope times row, over rows {@code [from, from + n)}.
   *
   * @param slopes {@code [members * outputs, MOST_ROWS]}, of each column the first n
   * @param into written: its gradients, or its totals, see {@link #addsToTotals}
   */
  void addGradient(int from, int n, float[] slopes, GradientSum into);

  /**
   * Whether the gradient goes into the float64 totals of a wide sum at once: closing a block costs
   * as much as the model has parameters, of which a block of sparse rows touches few.
   */
  boolean addsToTotals(GradientSum into);

  /** Where each column's weights start in the parameters of all members, and in a sum of them. */
  static int[] columnStarts(Parameters params, int outputs, int features) {
    int[] starts = new int[Math.multiplyExact(params.members(), outputs)];
    for (int c = 0; c < starts.length; c++) {
      starts[c] = params.offset(c / outputs) + c % outputs * features;
    }
    return starts;
  }
}
