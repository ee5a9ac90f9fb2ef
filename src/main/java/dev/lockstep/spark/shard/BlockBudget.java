package dev.lockstep.spark.shard;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkEnv;

/**
 * How many bytes of blocks this JVM holds on its heap. Blocks beyond the budget go to a file. The
 * budget stays inside the part of Spark's storage memory that execution cannot evict, so that a
 * shard once cached stays cached. What is held decides speed only, never bits.
 */
final class BlockBudget {
  private static final double SHARE = 0.9;
  private static final AtomicLong HELD = new AtomicLong();

  private BlockBudget() {}

  /** Takes bytes from the budget; false, and nothing taken, if they are not there. */
  static boolean reserve(long sizeBytes) {
    long limit = limitBytes();
    while (true) {
      long held = HELD.get();
      if (held + sizeBytes > limit) {
        return false;
      }
      if (HELD.compareAndSet(held, held + sizeBytes)) {
        return true;
      }
    }
  }

  /** Gives bytes back. */
  static void release(long sizeBytes) {
    HELD.addAndGet(-sizeBytes);
  }

  /** The budget of this JVM. */
  static long limitBytes() {
    SparkEnv env = SparkEnv.get();
    double unevictable = env.conf().getDouble("spark.memory.storageFraction", 0.5);
    return (long) (env.memoryManager().maxOnHeapStorageMemory() * unevictable * SHARE);
  }
}
