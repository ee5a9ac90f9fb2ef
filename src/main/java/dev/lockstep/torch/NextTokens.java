package dev.lockstep.torch;

import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.loss.Loss;
import java.util.Locale;

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

  /**
   * What is to come out at the first steps of each row.
   *
   * @param steps behind which nothing is
   * @return {@code [rows, steps]}
   */
  long[] targets(int steps) {
    int context = inputs.columns();
    if (steps == context) {
      return targets;
    }
    long[] first = new long[inputs.rows() * steps];
    for (int row = 0; row < inputs.rows(); row++) {
      System.arraycopy(targets, row * context, first, row * steps, steps);
    }
    return first;
  }

  /**
   * Refuses a choice that changes nothing.
   *
   * @param take what is taken of the steps of a text
   * @param unsaid what it is where the run file says nothing
   * @throws IllegalArgumentException if it is another, and each step has scores of its own
   */
  static <E extends Enum<E>> void requireNoTake(Loss loss, E take, E unsaid) {
    if (loss.task() == Loss.Task.NEXT_TOKEN && take != unsaid) {
      throw new IllegalArgumentException(
          "take = %s has no effect with loss = next_token, which scores every step: leave it out"
              .formatted(take.name().toLowerCase(Locale.ROOT)));
    }
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
