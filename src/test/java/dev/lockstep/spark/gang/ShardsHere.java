package dev.lockstep.spark.gang;

import dev.lockstep.data.Shard;
import dev.lockstep.spark.shard.ShardSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Where tasks of a local session leave their shards for the test. */
final class ShardsHere {
  private static final Queue<Shard> HELD = new ConcurrentLinkedQueue<>();

  private ShardsHere() {}

  /**
   * In local mode the shards are in this JVM: the plain cluster may run over the very same ones.
   */
  static List<Shard> of(ShardSet set) {
    Shard[] found = new Shard[set.count()];
    HELD.clear();
    set.grouped().toJavaRDD().foreach(shard -> HELD.add(shard));
    HELD.forEach(shard -> found[shard.number()] = shard);
    return new ArrayList<>(Arrays.asList(found));
  }
}
