package dev.lockstep.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** How long the parts of a run take, in seconds, by name. */
final class Stopwatch {
  private static final double NANOS = 1e9;

  private final long start = System.nanoTime();
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  /**
   * Runs a part and adds its time to those before it of the same name.
   *
   * @throws Exception of the part
   */
  <T> T time(String part, Callable<T> action) throws Exception {
    long from = System.nanoTime();
    try {
      return action.call();
    } finally {
      seconds.merge(part, (System.nanoTime() - from) / NANOS, Double::sum);
    }
  }

  /** The same for a part that throws nothing checked. */
  <T> T timed(String part, Supplier<T> action) {
    long from = System.nanoTime();
    try {
      return action.get();
    } finally {
      seconds.merge(part, (System.nanoTime() - from) / NANOS, Double::sum);
    }
  }

  /** The parts so far, and {@code total} since the watch was made. */
  Map<String, Double> seconds() {
    Map<String, Double> all = new LinkedHashMap<>(seconds);
    all.put("total", (System.nanoTime() - start) / NANOS);
    return all;
  }
}
