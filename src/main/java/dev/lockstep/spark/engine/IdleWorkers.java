package dev.lockstep.spark.engine;

import dev.lockstep.train.ShardWorker;
import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The workers of one engine in one JVM that wait for their next task. They end with it: when it is
 * closed, or when nothing in the JVM refers to it any more. A copy that is sent has none. Safe for
 * threads.
 */
final class IdleWorkers implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Cleaner CLEANER = Cleaner.create();

  private final transient Waiting waiting = new Waiting();

  IdleWorkers() {
    CLEANER.register(this, waiting::end);
  }

  /**
   * Lends a worker.
   *
   * @param gpu the number of the GPU that it works on; empty if none
   */
  Optional<ShardWorker> take(OptionalInt gpu) {
    return waiting.take(gpu);
  }

  /** Takes a worker back, without its sums; closes it if the engine is closed. */
  void put(ShardWorker worker, OptionalInt gpu) {
    worker.rest();
    waiting.put(worker, gpu);
  }

  /** Closes those that wait, and those that are lent when they come back. */
  void close() {
    waiting.end();
  }

  /** A copy begins with none. */
  private Object readResolve() {
    return new IdleWorkers();
  }

  /** What is left when nothing refers to the pool: so it must not refer to it either. */
  private static final class Waiting {
    private final Map<OptionalInt, ArrayDeque<ShardWorker>> workers = new HashMap<>(); // by GPU
    private boolean ended;

    synchronized Optional<ShardWorker> take(OptionalInt gpu) {
      return Optional.ofNullable(workers.get(gpu)).map(ArrayDeque::poll);
    }

    synchronized void put(ShardWorker worker, OptionalInt gpu) {
      if (ended) {
        worker.close();
      } else {
        workers.computeIfAbsent(gpu, any -> new ArrayDeque<>()).push(worker);
      }
    }

    synchronized void end() {
      ended = true;
      workers.values().forEach(some -> some.forEach(ShardWorker::close));
      workers.clear();
    }
  }
}
