package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Count, mean, squared deviations and range of the numbers of a column, added row by row (Welford
 * 1962), merged in pairs (Chan, Golub, LeVeque 1979). Not safe for threads.
 */
public final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  private long count;
  private long missing;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private final HashMap<Double, Long> values;

  /**
   * The distinct numbers, ascending, and how many numbers there are up to each; null if unsorted.
   */
  private transient double[] sorted;

  private transient long[] upTo;

  /**
   * Of no numbers yet.
   *
   * @param exact whether every distinct value is counted, for medians and quantiles: about 100
   *     bytes a distinct value
   */
  public Moments(boolean exact) {
    this.values = exact ? new HashMap<>() : null;
  }

  /** Adds a number. */
  public void add(double x) {
    count++;
    double delta = x - mean;
    mean += delta / count;
    squares += delta * (x - mean);
    min = Math.min(min, x);
    max = Math.max(max, x);
    if (values != null) {
      sorted = null;
      values.merge(x + 0.0, 1L, Long::sum);
    }
  }

  /** Adds a missing number. */
  public void addMissing() {
    missing++;
  }

  /** Adds the numbers to the right of these; these. */
  public Moments merge(Moments right) {
    missing += right.missing;
    if (right.count == 0) {
      return this;
    }
    long total = count + right.count;
    double delta = right.mean - mean;
    squares += right.squares + delta * delta * ((double) count * right.count / total);
    mean = count == 0 ? right.mean : mean + delta * ((double) right.count / total);
    count = total;
    min = Math.min(min, right.min);
    max = Math.max(max, right.max);
    if (values != null) {
      sorted = null;
      right.values.forEach((value, times) -> values.merge(value, times, Long::sum));
    }
    return this;
  }

  /** How many numbers there are. */
  public long count() {
    return count;
  }

  /** How many are missing. */
  public long missing() {
    return missing;
  }

  /** The mean, 0 of no numbers. */
  public double mean() {
    return mean;
  }

  /** The standard deviation with n - 1; 0 of fewer than two numbers. */
  public double deviation() {
    return count < 2 || min == max ? 0 : Math.sqrt(squares / (count - 1));
  }

  /** The smallest number. */
  public double min() {
    return min;
  }

  /** The largest number. */
  public double max() {
    return max;
  }

  /** The middle number; the mean of the middle two of an even count. Needs exact moments. */
  public double median() {
    return (atRank((count - 1) / 2) + atRank(count / 2)) / 2;
  }

  /**
   * The number below which a share of the numbers lies: linear between ranks (type 7 of Hyndman and
   * Fan 1996, NumPy's default). Needs exact moments.
   */
  public double quantile(double share) {
    double rank = share * (count - 1);
    long below = (long) Math.floor(rank);
    double low = atRank(below);
    double high = atRank(Math.min(below + 1, count - 1));
    return low + (rank - below) * (high - low);
  }

  /** The most frequent number, the smallest in a tie; empty of no numbers. Needs exact moments. */
  public Optional<Double> mostFrequent() {
    return values.entrySet().stream()
        .min(
            Map.Entry.<Double, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }

  private double atRank(long rank) {
    if (rank < 0 || rank >= count) {
      throw new IllegalArgumentException("rank " + rank + " of " + count);
    }
    if (sorted == null) {
      sort();
    }
    int at = Arrays.binarySearch(upTo, rank + 1);
    return sorted[at < 0 ? -at - 1 : at];
  }

  private void sort() {
    sorted = values.keySet().stream().mapToDouble(Double::doubleValue).sorted().toArray();
    upTo = new long[sorted.length];
    long before = 0;
    for (int i = 0; i < sorted.length; i++) {
      before += values.get(sorted[i]);
      upTo[i] = before;
    }
  }
}
