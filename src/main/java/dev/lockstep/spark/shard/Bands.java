package dev.lockstep.spark.shard;

import java.io.Serializable;
import java.util.List;

/**
 * The rows of a shard's split in bands of consecutive rows, whole blocks each: what is held at once
 * while a shard is built. Rank r is row r div S of shard r mod S.
 *
 * @param shards S
 * @param counts the rows of each split over all shards, by its ordinal
 * @param bandRows rows of a band but the last
 */
record Bands(int shards, List<Long> counts, int bandRows) implements Serializable {
  private static final int SHARD_BITS = 40;
  private static final int SPLIT_BITS = 36;
  private static final long MOST_BANDS = 64;

  /** At most 64 bands of each split of a shard; a multiple of the rows of any block each. */
  static Bands of(int shards, List<Long> counts) {
    long most = counts.stream().mapToLong(Long::longValue).max().orElse(0);
    long rows = (most + shards - 1) / shards;
    long blocks =
        (rows + MOST_BANDS * BlockShape.MOST_ROWS - 1) / (MOST_BANDS * BlockShape.MOST_ROWS);
    return new Bands(shards, counts, Math.toIntExact(Math.max(1, blocks) * BlockShape.MOST_ROWS));
  }

  /** The bands of the splits of a shard, at most. */
  int most() {
    long most = counts.stream().mapToLong(Long::longValue).max().orElse(0);
    return Math.toIntExact((most / shards) / bandRows + 1);
  }

  /** How many rows of a split a shard has. */
  int rows(int shard, int split) {
    return Math.toIntExact((counts.get(split) + shards - 1 - shard) / shards);
  }

  /** How many bands a shard's rows of a split make. */
  int count(int shard, int split) {
    return (rows(shard, split) + bandRows - 1) / bandRows;
  }

  /** How many rows a band has. */
  int rows(int shard, int split, int band) {
    return Math.min(bandRows, rows(shard, split) - band * bandRows);
  }

  /** The shard of a rank. */
  int shard(long rank) {
    return (int) (rank % shards);
  }

  /** The row within its shard's split of a rank. */
  int row(long rank) {
    return (int) (rank / shards);
  }

  /** Orders bands by shard, split and place. */
  static long key(int shard, int split, int band) {
    return (long) shard << SHARD_BITS | (long) split << SPLIT_BITS | band;
  }

  /** The shard of a key. */
  static int shardOf(long key) {
    return (int) (key >>> SHARD_BITS);
  }
}
