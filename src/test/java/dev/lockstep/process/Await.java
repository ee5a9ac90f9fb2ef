package dev.lockstep.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process will bring about. */
final class Await {
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  private Await() {}

  /**
   * Returns once {@code condition} holds.
   *
   * @param what the condition in words, for the failure
   * @throws AssertionError if {@code limit} passes first
   */
  static void until(String what, Duration limit, BooleanSupplier condition) {
    if (!within(limit, condition)) {
      throw new AssertionError("not within " + limit + ": " + what);
    }
  }

  /** Waits for {@code condition} for at most {@code limit}; whether it holds. */
  static boolean within(Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
