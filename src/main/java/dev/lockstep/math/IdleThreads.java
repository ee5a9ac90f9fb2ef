package dev.lockstep.math;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Threads that stay awake while they wait for each other take a share of long work meanwhile: no
 * thread has to be woken for it, and no core has two. Who has the work takes its blocks from the
 * front and the others take theirs from the back, so that each finds what it wrote last in the
 * cache of its own core. One piece of work at a time; who comes second does all of it. Safe for
 * threads.
 */
public final class IdleThreads {
  /** Work below this many values is over before another core has seen it. */
  private static final int SHORT = 1 << 15;

  private static final int SPINS = 1 << 12;
  private static final AtomicInteger AWAKE = new AtomicInteger();
  private static final AtomicReference<Shared> OPEN = new AtomicReference<>();

  private IdleThreads() {}

  /** Something done to values {@code [from, to)}, whose order does not matter. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void run(int from, int to);
  }

  /**
   * Stays awake until something holds, and takes shares of work meanwhile.
   *
   * @param nanos how long, since the last share, it does so at most
   */
  public static void await(BooleanSupplier until, long nanos) {
    long start = System.nanoTime();
    AWAKE.incrementAndGet();
    try {
      while (!until.getAsBoolean() && System.nanoTime() - start < nanos) {
        Shared shared = OPEN.get();
        if (shared != null && shared.help()) {
          start = System.nanoTime();
        } else {
          Thread.onSpinWait();
        }
      }
    } finally {
      AWAKE.decrementAndGet();
    }
  }

  /**
   * Does work block by block, with the threads that wait.
   *
   * @param block values of a block
   * @return false, and nothing is done, if there is little work or nobody to share it with
   */
  public static boolean share(int from, int to, int block, Work work) {
    if (to - from < SHORT || AWAKE.get() == 0) {
      return false;
    }
    Shared shared = new Shared(from, to, block, work);
    if (!OPEN.compareAndSet(null, shared)) {
      return false;
    }
    try {
      shared.own();
      shared.awaitEnd();
    } finally {
      OPEN.set(null);
    }
    return true;
  }

  /** One piece of work and how far it is. */
  private static final class Shared {
    private final int from;
    private final int to;
    private final int block;
    private final Work work;
    private final int blocks;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger front = new AtomicInteger();
    private final AtomicInteger back = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Shared(int from, int to, int block, Work work) {
      this.from = from;
      this.to = to;
      this.block = block;
      this.work = work;
      this.blocks = (int) (((long) to - from + block - 1) / block);
    }

    void own() {
      while (take()) {
        run(front.getAndIncrement());
      }
    }

    /** Takes blocks until none is left; whether there was one. */
    boolean help() {
      boolean helped = false;
      while (take()) {
        run(blocks - 1 - back.getAndIncrement());
        helped = true;
      }
      return helped;
    }

    /** There are as many takes as blocks, so front and back do not meet. */
    private boolean take() {
      return taken.get() < blocks && taken.getAndIncrement() < blocks;
    }

    private void run(int number) {
      int start = from + number * block;
      try {
        work.run(start, (int) Math.min(to, (long) start + block));
      } catch (Throwable e) { // the owner's, whoever met it
        failure = e;
      } finally {
        done.incrementAndGet();
      }
    }

    /** Waits for the blocks of others; what failed is thrown. */
    void awaitEnd() {
      for (int spins = 0; done.get() < blocks; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield(); // another program has the core of the one who is at it
        }
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException known) {
        throw known;
      }
    }
  }
}
