package dev.lockstep.spark.shard;

import dev.lockstep.math.SumTree;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
 * Groups shards into contiguous runs, one per task, cut at nodes of the sum tree, and asks for an
 * executor for each: one that holds many of its shards, but never more groups of an executor than
 * its share of the slots. A group that is moved to an executor that came later is built there once.
 * How shards are grouped decides speed, never bits.
 */
public final class ShardGroups implements PartitionCoalescer, Serializable {
  private static final long serialVersionUID = 1L;

  /** The shards in so many groups, or in one each where there are fewer. */
  static RDD<StoredShard> grouped(RDD<StoredShard> shards, int groups) {
    Ordering<StoredShard> unordered = null;
    return shards.coalesce(groups, false, Option.apply(new ShardGroups()), unordered);
  }

  @Override
  public PartitionGroup[] coalesce(int groups, RDD<?> shards) {
    Partition[] partitions = shards.partitions();
    List<SumTree.Range> ranges = SumTree.groups(partitions.length, groups);
    List<Map<String, Integer>> held = ranges.stream().map(range -> held(shards, range)).toList();
    List<Optional<String>> homes = homes(held, Slots.of(shards.context()).byExecutor());
    PartitionGroup[] found = new PartitionGroup[ranges.size()];
    for (int i = 0; i < found.length; i++) {
      SumTree.Range range = ranges.get(i);
      found[i] = new PartitionGroup(Option.apply(homes.get(i).orElse(null)));
      for (int shard = range.from(); shard < range.to(); shard++) {
        found[i].partitions().append(partitions[shard]);
      }
    }
    return found;
  }

  /** How many shards of a range each executor holds, by the name of Spark's scheduler. */
  private static Map<String, Integer> held(RDD<?> shards, SumTree.Range range) {
    Map<String, Integer> counts = new HashMap<>();
    for (int shard = range.from(); shard < range.to(); shard++) {
      RDDBlockId block = new RDDBlockId(shards.id(), shard);
      for (BlockManagerId id :
          CollectionConverters.asJava(SparkEnv.get().blockManager().master().getLocations(block))) {
        counts.merge(Slots.name(id.host(), id.executorId()), 1, Integer::sum);
      }
    }
    return counts;
  }

  /**
   * An executor for each group: the holder of most of its shards that has room, else, where shards
   * are held at all, the executor with the most room.
   *
   * @param held how many of a group's shards each executor holds
   * @param slots of each executor
   */
  static List<Optional<String>> homes(List<Map<String, Integer>> held, Map<String, Integer> slots) {
    int total = slots.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Integer> room = new TreeMap<>();
    slots.forEach((executor, own) -> room.put(executor, (held.size() * own + total - 1) / total));
    List<Optional<String>> homes = new ArrayList<>();
    for (Map<String, Integer> counts : held) {
      Optional<String> home = most(counts, room);
      home.ifPresent(executor -> room.merge(executor, -1, Integer::sum));
      homes.add(home);
    }
    for (int i = 0; i < homes.size(); i++) {
      if (homes.get(i).isEmpty() && !held.get(i).isEmpty()) {
        Optional<String> home = most(room, room);
        home.ifPresent(executor -> room.merge(executor, -1, Integer::sum));
        homes.set(i, home);
      }
    }
    return homes;
  }

  /** The executor with the highest count among those with room; the first by name of equals. */
  private static Optional<String> most(Map<String, Integer> counts, Map<String, Integer> room) {
    return counts.entrySet().stream()
        .filter(each -> room.getOrDefault(each.getKey(), 0) > 0)
        .min(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey);
  }
}
