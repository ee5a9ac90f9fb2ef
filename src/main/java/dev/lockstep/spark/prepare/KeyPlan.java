package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What the keys of all rows will need, on their way to the driver and on it; asked before they are
 * collected, so that a source that is too large is refused instead of dying later.
 *
 * @param rows how many rows there are
 * @param maxResultBytes {@code spark.driver.maxResultSize}; 0 for no limit
 * @param heapBytes the driver's heap
 */
record KeyPlan(long rows, long maxResultBytes, long heapBytes) {
  /** Two keys, what is forced, and the stratum. */
  private static final long KEY_BYTES = 2 * Long.BYTES + 1 + Integer.BYTES;

  /** The keys as they came and joined, or joined, their ranks and the broadcast of these. */
  private static final long HEAP_BYTES = 2 * KEY_BYTES + Long.BYTES;

  private static final int MOST_ROWS = Integer.MAX_VALUE - 8;
  private static final double USABLE = 0.8;
  private static final double MEBIBYTE = 1 << 20;

  /** The plan of so many rows on a driver. */
  static KeyPlan of(long rows, JavaSparkContext spark) {
    long result = spark.getConf().getSizeAsBytes("spark.driver.maxResultSize", "1g");
    return new KeyPlan(rows, result, Runtime.getRuntime().maxMemory());
  }

  /** Whether nothing is exceeded. */
  boolean fits() {
    return problems().isEmpty();
  }

  /**
   * Refuses rows whose keys cannot be collected.
   *
   * @throws ConfigException with each sum and the setting to change
   */
  void check() {
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    long heap = (long) (heapBytes * USABLE);
    if (rows > MOST_ROWS) {
      problems.add(
          problem("are more than %,d, the most there can be: lower data.sample", MOST_ROWS));
    }
    if (maxResultBytes > 0 && rows > maxResultBytes / KEY_BYTES) {
      problems.add(
          problem(
              "need %s on their way to the driver, more than spark.driver.maxResultSize (%s): raise"
                  + " spark.driver.maxResultSize, or lower data.sample",
              readable(KEY_BYTES), readable(maxResultBytes, 1)));
    }
    if (rows > heap / HEAP_BYTES) {
      problems.add(
          problem(
              "need %s on the driver, more than 80 %% of its heap (%s): raise spark.driver.memory"
                  + " (--driver-memory), or lower data.sample",
              readable(HEAP_BYTES), readable(heap, 1)));
    }
    return problems;
  }

  private String problem(String what, Object... values) {
    return String.format(Locale.ROOT, "data: the keys of %,d rows ", rows)
        + String.format(Locale.ROOT, what, values);
  }

  private String readable(long bytesPerRow) {
    return readable(bytesPerRow, rows);
  }

  private static String readable(long bytes, long times) {
    return String.format(Locale.ROOT, "%,.1f MiB", bytes * (times / MEBIBYTE));
  }
}
