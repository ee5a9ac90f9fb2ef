package dev.lockstep.glm;

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
   * @param gradients {@code [outputs, features]} from {@code base}, written
   */
  void addGradient(int base, int from, int n, float[] slopes, float[] gradients);
}
