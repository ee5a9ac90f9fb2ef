package dev.lockstep.spark.prepare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Whole numbers near given shares, whose sum is a given total: by largest remainder (Hamilton
 * 1792).
 */
final class Apportionment {
  private Apportionment() {}

  /**
   * The floor of each share, and one more for those of the largest remainders until the total is
   * reached.
   *
   * @param shares what each should get; a negative one gets nothing
   * @param most what each can get
   * @param total what all get together, as far as that is possible
   * @param order decides between equal remainders, the lower first
   */
  static int[] of(double[] shares, int[] most, long total, long[] order) {
    int[] counts = new int[shares.length];
    long left = total;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (int) Math.max(0, Math.floor(shares[i]));
      left -= counts[i];
    }
    Comparator<Integer> byRemainder =
        Comparator.comparingDouble((Integer i) -> counts[i] - shares[i])
            .thenComparingLong(i -> order[i]);
    int[] open =
        IntStream.range(0, counts.length)
            .filter(i -> counts[i] < most[i])
            .boxed()
            .sorted(byRemainder)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i : Arrays.copyOf(open, (int) Math.max(0, Math.min(left, open.length)))) {
      counts[i]++;
    }
    return counts;
  }
}
