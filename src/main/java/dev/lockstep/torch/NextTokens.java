package dev.lockstep.torch;

import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;

/**
 * Rows of tokens as a language model sees them: all but the last token of a row go in, and at each
 * the one after it is to come out.
 *
 * @param inputs {@code [rows, context]} ids, padding last
 * @param targets {@code [rows, context]} ids; 0 where nothing comes next
 */
record NextTokens(DenseRows inputs, long[] targets) {
  /**
   * The tokens of rows of a block.
   *
   * @param features rows of {@code context + 1} ids, 0 for padding wherever it is
   * @param from the first row
   * @param n how many
   */
  static NextTokens of(Features features, int from, int n) {
    int columns = features.columns();
    int context = columns - 1;
    float[] ids = new float[Math.multiplyExact(n, columns)];
    NativeNetwork.copy(features, from, n, columns, ids);
    Lengths.align(ids, n, columns);
    float[] inputs = new float[n * context];
    long[] targets = new long[n * context];
    for (int i = 0; i < inputs.length; i++) {
      int at = i / context * columns + i % context;
      inputs[i] = ids[at];
      targets[i] = (long) ids[at + 1];
    }
    return new NextTokens(new DenseRows(inputs, n, context, context), targets);
  }

  /** How many tokens of a row are to come out. */
  int predicted(int row) {
    int context = inputs.columns();
    int count = 0;
    for (int i = row * context; i < (row + 1) * context; i++) {
      count += targets[i] == 0 ? 0 : 1;
    }
    return count;
  }
}
