package dev.lockstep.spark.prepare;

/** The order of keys that are spread evenly over all longs, as mixed keys are, in a few passes. */
final class SpreadOrder {
  /** Two bits less than there are keys: a few keys a bucket. */
  private static final int BUCKET_BITS = 2;

  private SpreadOrder() {}

  /**
   * The indices of keys, by ascending key; those of equal keys ascending. Any keys are sorted
   * right, but evenly spread ones are nearly in order once they are in buckets of their upper bits.
   */
  static int[] of(long[] keys) {
    int bits = Math.max(1, 31 - BUCKET_BITS - Integer.numberOfLeadingZeros(keys.length | 1));
    int shift = Long.SIZE - bits;
    int[] starts = new int[(1 << bits) + 1];
    for (long key : keys) {
      starts[bucket(key, shift) + 1]++;
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] order = new int[keys.length];
    long[] sorted = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      int at = starts[bucket(keys[i], shift)]++;
      order[at] = i;
      sorted[at] = keys[i];
    }
    insert(sorted, order);
    return order;
  }

  /** A signed long's upper bits, in its order. */
  private static int bucket(long key, int shift) {
    return (int) ((key ^ Long.MIN_VALUE) >>> shift);
  }

  private static void insert(long[] sorted, int[] order) {
    for (int i = 1; i < sorted.length; i++) {
      long key = sorted[i];
      if (sorted[i - 1] > key) {
        int index = order[i];
        int at = i;
        for (; at > 0 && sorted[at - 1] > key; at--) {
          sorted[at] = sorted[at - 1];
          order[at] = order[at - 1];
        }
        sorted[at] = key;
        order[at] = index;
      }
    }
  }
}
