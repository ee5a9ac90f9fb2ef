package dev.lockstep.torch;

import java.util.Arrays;

/**
 * How many steps of each row of a pass are real: they come first, padding after them. A row without
 * any counts as one step of padding.
 *
 * @param counts of each row; empty if all steps of all rows are real
 * @param steps of each row, real or not
 */
public record Lengths(int[] counts, int steps) {
  /** Rows without padding. */
  static final Lengths WHOLE = new Lengths(new int[0], 0);

  /** Sequences run to a multiple of so many steps, so that few shapes occur. */
  private static final int BUCKET = 16;

  /**
   * Moves the tokens of each row to its front: padding, wherever it was, is behind them.
   *
   * @param ids {@code [rows, steps]}, 0 for padding; written
   */
  static Lengths align(float[] ids, int rows, int steps) {
    int[] counts = new int[rows];
    for (int row = 0; row < rows; row++) {
      int start = row * steps;
      int real = 0;
      for (int i = start; i < start + steps; i++) {
        if (ids[i] != 0f) {
          ids[start + real++] = ids[i];
        }
      }
      Arrays.fill(ids, start + real, start + steps, 0f);
      counts[row] = Math.max(1, real);
    }
    return new Lengths(counts, steps);
  }

  /**
   * The same for sequences that a layer sees: those of another number of steps are no longer the
   * tokens, and are all real.
   */
  Lengths of(int rows, int seenSteps) {
    if (counts.length == rows && steps == seenSteps) {
      return this;
    }
    int[] all = new int[rows];
    Arrays.fill(all, seenSteps);
    return new Lengths(all, seenSteps);
  }

  /** How many steps of the rows have to be looked at. */
  int longest() {
    int most = Arrays.stream(counts).max().orElse(steps);
    return Math.min(steps, (most + BUCKET - 1) / BUCKET * BUCKET);
  }

  /** How many buckets of lengths there are in rows of so many steps. */
  static int buckets(int steps) {
    return bucket(steps) + 1;
  }

  /** The bucket of a row of so many tokens, from 0. */
  static int bucket(int tokens) {
    return (Math.max(1, tokens) - 1) / BUCKET;
  }

  /** The steps that rows of a bucket run over, of {@code most}. */
  static int steps(int bucket, int most) {
    return Math.min(most, (bucket + 1) * BUCKET);
  }

  /** The same rows without the steps that none has to look at. */
  Lengths trimmed() {
    return new Lengths(counts, longest());
  }

  /** Whether every row has as many real steps. */
  boolean fill(int longest) {
    return Arrays.stream(counts).allMatch(count -> count == longest);
  }

  /** Of each row, its last real step, in rows of so many steps one after the other. */
  long[] last(int longest) {
    long[] last = new long[counts.length];
    Arrays.setAll(last, row -> (long) row * longest + counts[row] - 1);
    return last;
  }

  /** The steps of rows one after the other, the real ones of each backwards. */
  long[] reversed(int longest) {
    long[] order = new long[Math.multiplyExact(counts.length, longest)];
    for (int row = 0; row < counts.length; row++) {
      for (int t = 0; t < longest; t++) {
        int from = t < counts[row] ? counts[row] - 1 - t : t;
        order[row * longest + t] = (long) row * longest + from;
      }
    }
    return order;
  }

  /** 1 for real steps, 0 for padding: {@code [rows, longest]}. */
  float[] mask(int longest) {
    float[] mask = new float[Math.multiplyExact(counts.length, longest)];
    for (int row = 0; row < counts.length; row++) {
      Arrays.fill(mask, row * longest, row * longest + Math.min(longest, counts[row]), 1f);
    }
    return mask;
  }
}
