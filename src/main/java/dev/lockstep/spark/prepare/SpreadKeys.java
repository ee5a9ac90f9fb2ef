package dev.lockstep.spark.prepare;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sorted keys that are spread evenly over all longs, as mixed keys are: many are found fast, since
 * it is known where those of each of equal ranges begin, 4 to 8 bytes for 4 keys. Keys that are
 * spread otherwise are sorted and found as well, but slower.
 */
final class SpreadKeys {
  private static final int FOUND_AMONG = 4;
  private static final int SORTED_AMONG = 64;

  private final long[] sorted;
  private final int shift;
  private final int[] firsts;

  /** Keys in ascending order; the array is kept. */
  SpreadKeys(long[] sorted) {
    this.sorted = sorted;
    shift = shift(sorted.length / FOUND_AMONG);
    firsts = firsts(sorted, shift);
  }

  /** The first place whose key is not below this one. */
  int lowerBound(long key) {
    int range = range(key, shift);
    return Placement.lowerBound(sorted, key, firsts[range], firsts[range + 1]);
  }

  /** The keys in ascending order. */
  static long[] sort(long[] keys) {
    int shift = shift(keys.length / SORTED_AMONG);
    int[] firsts = firsts(keys, shift);
    int[] next = firsts.clone();
    long[] sorted = new long[keys.length];
    for (long key : keys) {
      sorted[next[range(key, shift)]++] = key;
    }
    IntStream.range(0, firsts.length - 1)
        .parallel()
        .forEach(range -> Arrays.parallelSort(sorted, firsts[range], firsts[range + 1]));
    return sorted;
  }

  /** For so many ranges, rounded up to a power of two. */
  private static int shift(int ranges) {
    return Math.min(Long.SIZE - 1, Integer.numberOfLeadingZeros(ranges) + Integer.SIZE);
  }

  private static int range(long key, int shift) {
    return (int) ((key ^ Long.MIN_VALUE) >>> shift);
  }

  /** {@code [ranges + 1]}: where the keys of each range begin, if sorted; at the end, how many. */
  private static int[] firsts(long[] keys, int shift) {
    int ranges = 1 << (Long.SIZE - shift);
    int[] firsts = new int[ranges + 1];
    for (long key : keys) {
      firsts[range(key, shift) + 1]++;
    }
    for (int range = 0; range < ranges; range++) {
      firsts[range + 1] += firsts[range];
    }
    return firsts;
  }
}
