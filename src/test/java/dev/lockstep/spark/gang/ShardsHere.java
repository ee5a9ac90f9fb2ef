package dev.lockstep.spark.gang;

import dev.lockstep.data.Shard;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Where tasks of a local session leave their shards for the test. */
final class ShardsHere {
  static final Queue<Shard> HELD = new ConcurrentLinkedQueue<>();

  private ShardsHere() {}
}
