package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Settles the order of rows with equal rank keys: rows whose id repeats. They are ordered by the
 * hash of their content, then by their identity.
 *
 * @param rows by the split's ordinal, {@code [key, content, identity]} of every tied row, ascending
 */
record Ties(long[][][] rows) implements Serializable {
  /** No equal keys. */
  static final Ties NONE = new Ties(new long[3][0][]);

  private static final Comparator<long[]> ORDER = Arrays::compare;

  /** The ties among {@code [split, key, content, identity]} of rows, in any order. */
  static Ties of(List<long[]> tied) {
    long[][][] rows = new long[3][][];
    for (int split = 0; split < rows.length; split++) {
      int wanted = split;
      rows[split] =
          tied.stream()
              .filter(row -> row[0] == wanted)
              .map(row -> Arrays.copyOfRange(row, 1, row.length))
              .sorted(ORDER)
              .toArray(long[][]::new);
    }
    return new Ties(rows);
  }

  /** How many rows of the same key come before this one. */
  int before(int split, long key, long content, long identity) {
    int found = Arrays.binarySearch(rows[split], new long[] {key, content, identity}, ORDER);
    int first = -Arrays.binarySearch(rows[split], new long[] {key}, ORDER) - 1;
    if (found < 0) {
      throw new IllegalStateException("a tied row was not seen when keys were collected");
    }
    return found - first;
  }
}
