package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * Where the windows of a text lie.
 *
 * @param context tokens that a window predicts, at most
 * @param stride tokens from the beginning of a window to that of the next
 * @param from where the text begins, as a share of its tokens
 * @param to where it ends
 */
record WindowPlaces(int context, int stride, double from, double to) implements Serializable {
  /** How many windows a text of so many tokens makes. */
  int count(int tokens) {
    int predicted = end(tokens) - begin(tokens) - 1;
    return predicted < 1 ? 0 : 1 + Math.max(0, predicted - context + stride - 1) / stride;
  }

  /** The first token of a window in a text of so many. */
  int start(int window, int tokens) {
    return begin(tokens) + window * stride;
  }

  /** After the last token of a window in a text of so many. */
  int end(int window, int tokens) {
    return (int) Math.min(end(tokens), (long) start(window, tokens) + context + 1);
  }

  private int begin(int tokens) {
    return (int) (from * tokens);
  }

  private int end(int tokens) {
    return (int) (to * tokens);
  }
}
