package dev.lockstep.spark.engine;

import dev.lockstep.spark.shard.Slots;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Notices that executors came or went, so that shards are dealt out anew. It compares what Spark
 * counts, since news of executors may be there before Spark counts them. One thread uses it.
 */
final class ExecutorWatch {
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final JavaSparkContext spark;
  private Slots known;
  private long lookedNanos = System.nanoTime();

  private ExecutorWatch(JavaSparkContext spark) {
    this.spark = spark;
    this.known = Slots.of(spark.sc());
  }

  /** A watch over the application's executors. */
  static ExecutorWatch on(JavaSparkContext spark) {
    return new ExecutorWatch(spark);
  }

  /** Whether slots changed since this was last asked; it looks once a second. */
  boolean changed() {
    long now = System.nanoTime();
    if (now - lookedNanos < LOOK_NANOS) {
      return false;
    }
    lookedNanos = now;
    Slots before = known;
    known = Slots.of(spark.sc());
    return !known.equals(before);
  }
}
