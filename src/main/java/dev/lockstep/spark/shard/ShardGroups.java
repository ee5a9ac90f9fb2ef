package dev.lockstep.spark.shard;

import dev.lockstep.math.SumTree;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.math.Ordering;

/**
 * Groups shards into contiguous runs, one per task, cut at nodes of the sum tree, and asks for the
 * executor that holds most of the run. How shards are grouped decides speed, never bits.
 */
public final class ShardGroups implements PartitionCoalescer, Serializable {
  private static final long serialVersionUID = 1L;

  /** The shards in as many groups as the application has slots now. */
  static RDD<StoredShard> grouped(RDD<StoredShard> shards) {
    int slots = Math.max(1, shards.context().defaultParallelism());
    Ordering<StoredShard> unordered = null;
    return shards.coalesce(slots, false, Option.apply(new ShardGroups()), unordered);
  }

  @Override
  public PartitionGroup[] coalesce(int groups, RDD<?> shards) {
    Partition[] partitions = shards.partitions();
    List<SumTree.Range> ranges = SumTree.groups(partitions.length, groups);
    PartitionGroup[] found = new PartitionGroup[ranges.size()];
    for (int i = 0; i < found.length; i++) {
      SumTree.Range range = ranges.get(i);
      found[i] = new PartitionGroup(Option.apply(home(shards, range).orElse(null)));
      for (int shard = range.from(); shard < range.to(); shard++) {
        found[i].partitions().append(partitions[shard]);
      }
    }
    return found;
  }

  /** The executor that holds most shards of a range, as Spark's scheduler names it. */
  private static Optional<String> home(RDD<?> shards, SumTree.Range range) {
    Map<String, Integer> counts = new HashMap<>();
    for (int shard = range.from(); shard < range.to(); shard++) {
      RDDBlockId block = new RDDBlockId(shards.id(), shard);
      for (BlockManagerId id :
          CollectionConverters.asJava(SparkEnv.get().blockManager().master().getLocations(block))) {
        counts.merge("executor_" + id.host() + "_" + id.executorId(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey);
  }
}
