package dev.lockstep.tune.space;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the values of a range are spread. */
public enum Distribution {
  /** Evenly from the first to the second; {@code step} is added. */
  UNIFORM,
  /** Evenly in the logarithm, both ends above 0; {@code step} is a factor. */
  LOG_UNIFORM,
  /**
   * Normal with the first as mean and the second as standard deviation, cut off at {@link
   * Range#DEVIATIONS} deviations; {@code step} counts from the mean.
   */
  NORMAL,
  /** Whole numbers from the first to the second, both included; {@code step} is added. */
  INT,
  /** Whole numbers, evenly in the logarithm; {@code step} is a factor. */
  INT_LOG;

  /** The name in a run file. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The distribution of a name. */
  public static Optional<Distribution> of(String key) {
    return Arrays.stream(values()).filter(one -> one.key().equals(key)).findFirst();
  }

  /** All names. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Distribution::key).toList();
  }

  /** Whether its values are whole numbers. */
  public boolean whole() {
    return this == INT || this == INT_LOG;
  }

  /** Whether it is even in the logarithm. */
  public boolean logarithmic() {
    return this == LOG_UNIFORM || this == INT_LOG;
  }
}
