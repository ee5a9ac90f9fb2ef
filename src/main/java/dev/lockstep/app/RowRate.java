package dev.lockstep.app;

/** Rows a second since it was last asked. Not safe for threads. */
final class RowRate {
  private static final double NANOS = 1e9;

  private long rows;
  private long sinceNanos = System.nanoTime();

  /** Rows were trained on. */
  void add(long count) {
    rows += count;
  }

  /** The rate since the last call, and a new start. */
  double perSecond() {
    long now = System.nanoTime();
    double rate = rows * NANOS / Math.max(1, now - sinceNanos);
    rows = 0;
    sinceNanos = now;
    return rate;
  }
}
