package dev.lockstep.data;

import dev.lockstep.math.RandomKey;
import java.io.Serializable;

/**
 * Which ranks a step takes. Training rows are ranked 0..N-1; rank r is row r div S of shard r mod
 * S. An epoch has T = ceil(N / batchSize) batches; batch t holds ranks [tN/T, (t+1)N/T), so every
 * row comes once an epoch and sizes differ by at most one.
 *
 * @param rows N, at least 1
 * @param batchSize the wanted rows of a batch over all shards; 0 means all rows
 * @param shards S
 * @param order the key from which the visiting order of each epoch is drawn
 */
public record BatchOrder(long rows, long batchSize, int shards, RandomKey order)
    implements Serializable {
  /** Ranks {@code [from, to)}. */
  public record Ranks(long from, long to) implements Serializable {
    /** How many ranks there are. */
    public long size() {
      return to - from;
    }

    /** The first row, within a shard, at or after rank {@code from}. */
    public int firstRow(int shard, int shards) {
      return rowAt(from, shard, shards);
    }

    /** After the last row, within a shard, before rank {@code to}. */
    public int endRow(int shard, int shards) {
      return rowAt(to, shard, shards);
    }

    /** Part {@code part} of {@code parts} near-equal parts: a micro-batch. */
    public Ranks part(int part, int parts) {
      return new Ranks(from + part * size() / parts, from + (part + 1) * size() / parts);
    }

    private static int rowAt(long rank, int shard, int shards) {
      return Math.toIntExact((rank - shard + shards - 1) / shards);
    }
  }

  /** Checks the numbers. */
  public BatchOrder {
    if (rows < 1 || batchSize < 0 || shards < 1) {
      throw new IllegalArgumentException(
          "rows %d, batch size %d, shards %d".formatted(rows, batchSize, shards));
    }
  }

  /** T, the batches of an epoch. */
  public long batches() {
    return batchSize == 0 ? 1 : (rows + batchSize - 1) / batchSize;
  }

  /** The rows of a split of {@code rows} rows that fall into a shard. */
  public static int shardRows(long rows, int shard, int shards) {
    return Ranks.rowAt(rows, shard, shards);
  }

  /** The ranks of the batch visited at {@code position} (0..T-1) of an epoch (from 0). */
  public Ranks ranks(long epoch, long position) {
    long t = batch(epoch, position);
    return new Ranks(times(t), times(t + 1));
  }

  /** t * N / T; the product of two remainders below T stays within 63 bits up to 3e9 batches. */
  private long times(long t) {
    long batches = batches();
    return t * (rows / batches) + t * (rows % batches) / batches;
  }

  /** The batch visited at a position: a keyed permutation of 0..T-1. */
  private long batch(long epoch, long position) {
    return KeyedPermutation.of(batches(), order.child(epoch)).at(position);
  }
}
