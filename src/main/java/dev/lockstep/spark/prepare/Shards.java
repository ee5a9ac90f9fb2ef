package dev.lockstep.spark.prepare;

import java.io.Serializable;

/**
 * S, the number of logical workers.
 *
 * @param count the number, 0 for {@code auto}
 */
public record Shards(int count) implements Serializable {
  /** A function of the batch size. */
  public static final Shards AUTO = new Shards(0);

  private static final int MOST = 4096;

  /** Checks the range. */
  public Shards {
    if (count < 0 || count > MOST) {
      throw new IllegalArgumentException("shards must be auto or 1 to " + MOST + ", is " + count);
    }
  }

  /** Reads {@code auto} or a number. */
  public static Shards parse(String text) {
    if (text.trim().equals("auto")) {
      return AUTO;
    }
    try {
      int count = Integer.parseInt(text.trim());
      if (count >= 1) {
        return new Shards(count);
      }
    } catch (NumberFormatException e) {
      // Told below, like numbers out of range.
    }
    throw new IllegalArgumentException("must be auto or 1 to " + MOST + ", is " + text);
  }

  /**
   * S for a batch size: what is said, else the power of two nearest batchSize / 64, within 2..256;
   * 64 for full batches.
   *
   * @param batchSize rows of a batch, 0 for all
   */
  public int resolve(long batchSize) {
    if (count > 0) {
      return count;
    }
    if (batchSize == 0) {
      return 64;
    }
    double exponent = Math.log(batchSize / 64.0) / Math.log(2);
    return 1 << (int) Math.max(1, Math.min(8, Math.round(exponent)));
  }
}
