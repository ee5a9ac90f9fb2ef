package dev.lockstep.spark.shard;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkEnv;
import org.apache.spark.shuffle.FetchFailedException;

/**
 * Chunks that change hands inside one JVM, in local mode: the shuffle moves their numbers, the
 * bytes stay where they are, up to a quarter of what blocks may take; the others are shuffled. A
 * chunk is taken once, by the task that builds its shard. If it is wanted again, the shuffle counts
 * as lost, so that Spark runs the tasks again that made its chunks.
 *
 * <p>The driver's objects hold an exchange; tasks find it by its number, until it is closed or
 * nobody holds it any more. Safe for threads.
 */
final class ChunkExchange implements AutoCloseable {
  private static final Map<Long, WeakReference<ChunkExchange>> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  /** Spark gives its execution memory to the shuffle, whatever is held: room for both is left. */
  private static final int SHARE = 4;

  /** What tasks find where there is none. */
  private static final ChunkExchange NONE = new ChunkExchange(0);

  private final long number = NEXT.incrementAndGet();
  private final long limitBytes;
  private final Map<Long, byte[]> chunks = new ConcurrentHashMap<>();
  private final AtomicLong heldBytes = new AtomicLong();

  private ChunkExchange(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** An exchange for the tasks of this JVM. */
  static ChunkExchange open() {
    return open(BlockBudget.limitBytes() / SHARE);
  }

  /** An exchange that holds so many bytes; 0 for one that shuffles every chunk. */
  static ChunkExchange open(long limitBytes) {
    OPEN.values().removeIf(each -> each.get() == null);
    ChunkExchange exchange = new ChunkExchange(limitBytes);
    OPEN.put(exchange.number, new WeakReference<>(exchange));
    return exchange;
  }

  private static ChunkExchange find(long number) {
    WeakReference<ChunkExchange> open = OPEN.get(number);
    ChunkExchange exchange = open == null ? null : open.get();
    return exchange == null ? NONE : exchange;
  }

  /** Its number, by which tasks find it. */
  long number() {
    return number;
  }

  /** How many bytes wait to be taken. */
  long heldBytes() {
    return heldBytes.get();
  }

  /** What is shuffled instead of a value: the number of a chunk that is held, else the value. */
  static Object leave(long exchange, Object value) {
    return value instanceof byte[] chunk ? find(exchange).leave(chunk) : value;
  }

  private Object leave(byte[] chunk) {
    if (heldBytes.addAndGet(chunk.length) > limitBytes) {
      heldBytes.addAndGet(-chunk.length);
      return chunk;
    }
    long left = NEXT.incrementAndGet();
    chunks.put(left, chunk);
    return left;
  }

  /**
   * The value for which something was shuffled.
   *
   * @param shuffle Spark's number of the shuffle
   * @throws FetchFailedException if the chunk was taken before, so that Spark makes all anew
   */
  static Object take(long exchange, int shuffle, Object shuffled) throws FetchFailedException {
    if (!(shuffled instanceof Long left)) {
      return shuffled;
    }
    ChunkExchange from = find(exchange);
    byte[] chunk = from.chunks.remove(left);
    if (chunk == null) {
      ((MapOutputTrackerMaster) SparkEnv.get().mapOutputTracker())
          .unregisterAllMapAndMergeOutput(shuffle);
      throw new FetchFailedException(
          null, shuffle, -1L, -1, -1, "a chunk was taken before: its shard is built again", null);
    }
    from.heldBytes.addAndGet(-chunk.length);
    return chunk;
  }

  /** Lets go of the chunks that nobody took; later ones are shuffled. */
  @Override
  public void close() {
    OPEN.remove(number);
  }
}
