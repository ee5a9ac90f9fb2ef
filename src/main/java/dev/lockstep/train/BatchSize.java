package dev.lockstep.train;

import java.io.Serializable;

/**
 * Rows of a step over all shards.
 *
 * @param rows 0 for all rows
 */
public record BatchSize(long rows) implements Serializable {
  /** Every row in every step. */
  public static final BatchSize FULL = new BatchSize(0);

  /** Checks the range. */
  public BatchSize {
    if (rows < 0) {
      throw new IllegalArgumentException("batch_size must be at least 1 or full, is " + rows);
    }
  }

  /**
   * A number of rows, or {@code full}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static BatchSize parse(String text) {
    if (text.equals("full")) {
      return FULL;
    }
    try {
      return new BatchSize(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "batch_size must be a whole number or full, is " + text, e);
    }
  }

  /** Whether it means all rows. */
  public boolean full() {
    return rows == 0;
  }

  @Override
  public String toString() {
    return full() ? "full" : Long.toString(rows);
  }
}
