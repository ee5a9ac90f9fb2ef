package dev.lockstep.spark.prepare;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Finds the placement of rows from their keys: thresholds of the split, then ranks. */
final class Splitter {
  private Splitter() {}

  /**
   * The placement. Test and validation have as many rows as their shares of all free rows are,
   * spread over the strata by their shares.
   *
   * @param seed the run's seed
   * @param train the wanted share of rows that are free; 0 for parts with a condition or source
   */
  static Placement place(long seed, RowKeys keys, double train, double validation, double test) {
    RandomKey root = RandomKey.of(seed);
    RandomKey splitKey = root.child("split");
    RandomKey rankKey = root.child("rank");
    Map<String, long[]> thresholds = new HashMap<>();
    double total = train + validation + test;
    double testShare = total > 0 ? test / total : 0;
    double validationShare = total > 0 ? validation / total : 0;
    List<int[]> free = keys.strata(i -> keys.forced()[i] < 0);
    int[] sizes = free.stream().mapToInt(rows -> rows.length).toArray();
    long[] order = keys.names().stream().mapToLong(name -> splitKey.child(name).bits(0)).toArray();
    int[] tests = spread(sizes, new int[sizes.length], testShare, order);
    int[] ends = spread(sizes, tests, testShare + validationShare, order);
    for (int s = 0; s < sizes.length; s++) {
      boolean all = isBound(tests[s], sizes[s]) && isBound(ends[s], sizes[s]);
      long[] mixed = all ? new long[sizes[s]] : keys.mixedSplits(free.get(s), splitKey);
      thresholds.put(
          keys.names().get(s), new long[] {boundary(mixed, tests[s]), boundary(mixed, ends[s])});
    }
    Placement unranked = new Placement(splitKey, rankKey, thresholds, new long[3][0], Ties.NONE);
    return new Placement(splitKey, rankKey, thresholds, ranks(keys, unranked), Ties.NONE);
  }

  /** Whether no key or every key lies below a boundary: then it does not depend on them. */
  private static boolean isBound(int count, int size) {
    return count == 0 || count == size;
  }

  /** A share of the rows of each stratum, those taken before included; of all rows exactly. */
  private static int[] spread(int[] sizes, int[] taken, double share, long[] order) {
    double[] shares = new double[sizes.length];
    int[] most = new int[sizes.length];
    for (int s = 0; s < sizes.length; s++) {
      shares[s] = share * sizes[s] - taken[s];
      most[s] = sizes[s] - taken[s];
    }
    long rows = Arrays.stream(sizes).asLongStream().sum();
    long wanted = Math.round(share * rows) - Arrays.stream(taken).asLongStream().sum();
    int[] added = Apportionment.of(shares, most, wanted, order);
    return IntStream.range(0, sizes.length).map(s -> taken[s] + added[s]).toArray();
  }

  /**
   * The key below which {@code count} of the sorted keys lie; where equal keys (a group) stand
   * across, they go to the side that is nearer to the count.
   */
  static long boundary(long[] sorted, int count) {
    if (count == 0) {
      return Long.MIN_VALUE;
    }
    if (count == sorted.length) {
      return Long.MAX_VALUE;
    }
    int from = Placement.lowerBound(sorted, sorted[count]);
    int to = count;
    while (to < sorted.length && sorted[to] == sorted[count]) {
      to++;
    }
    if (count - from <= to - count) {
      return sorted[count];
    }
    return to == sorted.length ? Long.MAX_VALUE : sorted[to];
  }

  /** The split of each row. */
  static byte[] splits(RowKeys keys, Placement placement) {
    byte[] splits = new byte[keys.size()];
    long[][] bounds = keys.names().stream().map(placement::bounds).toArray(long[][]::new);
    IntStream.range(0, splits.length)
        .parallel()
        .forEach(
            i -> {
              int forced = keys.forced()[i];
              long[] ofStratum = bounds[keys.strata()[i]];
              int split = forced >= 0 ? forced : placement.split(keys.splits()[i], ofStratum);
              splits[i] = (byte) split;
            });
    return splits;
  }

  private static long[][] ranks(RowKeys keys, Placement unranked) {
    byte[] splits = splits(keys, unranked);
    long[] mixed = new long[splits.length];
    IntStream.range(0, mixed.length)
        .parallel()
        .forEach(i -> mixed[i] = unranked.rankKey().bits(keys.ranks()[i]));
    int[] counts = new int[3];
    for (byte split : splits) {
      counts[split]++;
    }
    long[][] ranks = new long[3][];
    for (int split = 0; split < ranks.length; split++) {
      ranks[split] = new long[counts[split]];
    }
    Arrays.fill(counts, 0);
    for (int i = 0; i < splits.length; i++) {
      ranks[splits[i]][counts[splits[i]]++] = mixed[i];
    }
    return Arrays.stream(ranks).map(SpreadKeys::sort).toArray(long[][]::new);
  }

  /** The rank keys that more than one row of a split has, ascending, by the split's ordinal. */
  static long[][] tied(Placement placement) {
    return Arrays.stream(placement.ranks()).map(Splitter::repeated).toArray(long[][]::new);
  }

  private static long[] repeated(long[] sorted) {
    long[] found = new long[sorted.length];
    int count = 0;
    for (int i = 1; i < sorted.length; i++) {
      boolean again = sorted[i] == sorted[i - 1];
      if (again && (count == 0 || found[count - 1] != sorted[i])) {
        found[count++] = sorted[i];
      }
    }
    return Arrays.copyOf(found, count);
  }
}
