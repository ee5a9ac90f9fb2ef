package dev.lockstep.spark.shard;

import org.apache.spark.Partitioner;

/** Sends the chunks of a shard to its partition, statistics to one more. */
final class ShardPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int shards;

  ShardPartitioner(int shards) {
    this.shards = shards;
  }

  @Override
  public int numPartitions() {
    return shards + 1;
  }

  @Override
  public int getPartition(Object key) {
    return Bands.shardOf((Long) key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShardPartitioner same && same.shards == shards;
  }

  @Override
  public int hashCode() {
    return shards;
  }
}
