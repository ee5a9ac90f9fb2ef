package dev.lockstep.spark.prepare;

import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Where each row goes: its split and its rank within the split. Travels to the tasks as a broadcast
 * of 8 bytes a row.
 *
 * @param splitKey mixes the key of a row, group or id that decides the split
 * @param rankKey mixes the key of a row or id that decides the rank
 * @param thresholds by stratum: mixed split keys below the first are test rows, below the second
 *     validation rows, the others training rows
 * @param ranks by the split's ordinal, the mixed rank keys of its rows, ascending
 * @param ties settles equal keys
 */
record Placement(
    RandomKey splitKey,
    RandomKey rankKey,
    Map<String, long[]> thresholds,
    long[][] ranks,
    Ties ties)
    implements Serializable {
  /** The bits of a place below its split. */
  static final int RANK_BITS = 60;

  private static final int GALLOP = 8;

  /** Whether the stratum of a row matters. */
  boolean stratified() {
    return thresholds.size() > 1 || !thresholds.containsKey(RowKeys.ALL);
  }

  /** The split of a row: what is forced, else by the thresholds of its stratum. */
  int split(long key, String stratum, int forced) {
    if (forced >= 0) {
      return forced;
    }
    return split(key, bounds(stratum));
  }

  /** The thresholds of a stratum. */
  long[] bounds(String stratum) {
    long[] bounds = thresholds.getOrDefault(stratum, thresholds.get(RowKeys.ALL));
    if (bounds == null) {
      throw new IllegalStateException("stratum " + stratum + " was not seen before");
    }
    return bounds;
  }

  /** The split of a free row by the thresholds of its stratum. */
  int split(long key, long[] bounds) {
    long mixed = splitKey.bits(key);
    return mixed < bounds[0]
        ? Split.TEST.ordinal()
        : mixed < bounds[1] ? Split.VALIDATION.ordinal() : Split.TRAIN.ordinal();
  }

  /** The place of a row: the split in the upper bits, the rank below. */
  long place(int split, long key, long content, long identity) {
    long mixed = rankKey.bits(key);
    long[] sorted = ranks[split];
    int rank = spreadLowerBound(sorted, mixed);
    if (rank == sorted.length || sorted[rank] != mixed) {
      throw new IllegalStateException("a row was not seen when keys were collected");
    }
    if (rank + 1 < sorted.length && sorted[rank + 1] == mixed) {
      rank += ties.before(split, mixed, content, identity);
    }
    return place(split, rank);
  }

  /** The place of a rank within a split. */
  static long place(int split, int rank) {
    return (long) split << RANK_BITS | rank;
  }

  /** The same with the order of rows whose keys are equal. */
  Placement with(Ties settled) {
    return new Placement(splitKey, rankKey, thresholds, ranks, settled);
  }

  /** The same without ranks: what decides the split. */
  Placement unranked() {
    return new Placement(splitKey, rankKey, thresholds, new long[3][0], Ties.NONE);
  }

  /** The first index whose value is not below the key. */
  static int lowerBound(long[] sorted, long key) {
    return lowerBound(sorted, key, 0, sorted.length);
  }

  /** The same of {@code sorted[first..end)}; the end if all are below. */
  static int lowerBound(long[] sorted, long key, int first, int end) {
    int from = first;
    int to = end;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < key) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /**
   * The same for keys that are spread evenly over all longs, as mixed keys are: looks where the key
   * should be, and a few cache lines around.
   */
  static int spreadLowerBound(long[] sorted, long key) {
    int last = sorted.length - 1;
    if (last < GALLOP) {
      return lowerBound(sorted, key);
    }
    double perKey = sorted.length * 0x1p-64;
    double at = (key + 0x1p63) * perKey;
    for (int round = 0; round < 2; round++) {
      int guess = clamp(at, last);
      at = guess + ((double) key - (double) sorted[guess]) * perKey;
    }
    int from = clamp(at, last);
    int to = from;
    for (int step = GALLOP; from > 0 && sorted[from] >= key; step *= 2) {
      from = Math.max(0, from - step);
    }
    for (int step = GALLOP; to <= last && sorted[to] < key; step *= 2) {
      to = Math.min(last + 1, to + step);
    }
    return lowerBound(sorted, key, from, to);
  }

  private static int clamp(double at, int last) {
    return (int) Math.max(0, Math.min(last, at));
  }

  /** A condition that keeps a share of the rows by the key of their identity. */
  static UserDefinedFunction sampler(long seed, double share) {
    RandomKey key = RandomKey.of(seed).child("sample");
    UDF1<Long, Boolean> kept = identity -> key.uniform(identity) < share;
    return functions.udf(kept, DataTypes.BooleanType);
  }
}
