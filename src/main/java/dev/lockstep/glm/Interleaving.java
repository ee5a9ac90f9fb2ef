package dev.lockstep.glm;

/**
 * Copies columns that lie one after the other into an order where they lie side by side, and back.
 *
 * <p>Legend: d features; column c is {@code [d]} from {@code starts[c]} on; side by side they are
 * {@code [d, stride]}, what is beyond the last column being a copy of it.
 */
final class Interleaving {
  /** Features at a time, so that a piece of the result stays in the first-level cache. */
  private static final int PIECE = 512;

  private static final int QUAD = 4;

  private Interleaving() {}

  /** The stride is a multiple of 4. */
  static void of(float[] columns, int[] starts, int d, int stride, float[] sides) {
    int last = starts.length - 1;
    for (int from = 0; from < d; from += PIECE) {
      int end = Math.min(from + PIECE, d);
      for (int c = 0; c < stride; c += QUAD) {
        int a = starts[c];
        int b = starts[Math.min(c + 1, last)];
        int e = starts[Math.min(c + 2, last)];
        int f = starts[Math.min(c + 3, last)];
        for (int j = from; j < end; j++) {
          int at = j * stride + c;
          sides[at] = columns[a + j];
          sides[at + 1] = columns[b + j];
          sides[at + 2] = columns[e + j];
          sides[at + 3] = columns[f + j];
        }
      }
    }
  }

  static void back(float[] sides, int[] starts, int d, int stride, float[] columns) {
    for (int from = 0; from < d; from += PIECE) {
      int end = Math.min(from + PIECE, d);
      for (int c = 0; c < starts.length; c++) {
        int to = starts[c];
        for (int j = from; j < end; j++) {
          columns[to + j] = sides[j * stride + c];
        }
      }
    }
  }

  /** The stride is a multiple of 4. */
  static void of(double[] columns, int[] starts, int d, int stride, double[] sides) {
    int last = starts.length - 1;
    for (int from = 0; from < d; from += PIECE) {
      int end = Math.min(from + PIECE, d);
      for (int c = 0; c < stride; c += QUAD) {
        int a = starts[c];
        int b = starts[Math.min(c + 1, last)];
        int e = starts[Math.min(c + 2, last)];
        int f = starts[Math.min(c + 3, last)];
        for (int j = from; j < end; j++) {
          int at = j * stride + c;
          sides[at] = columns[a + j];
          sides[at + 1] = columns[b + j];
          sides[at + 2] = columns[e + j];
          sides[at + 3] = columns[f + j];
        }
      }
    }
  }

  static void back(double[] sides, int[] starts, int d, int stride, double[] columns) {
    for (int from = 0; from < d; from += PIECE) {
      int end = Math.min(from + PIECE, d);
      for (int c = 0; c < starts.length; c++) {
        int to = starts[c];
        for (int j = from; j < end; j++) {
          columns[to + j] = sides[j * stride + c];
        }
      }
    }
  }
}
