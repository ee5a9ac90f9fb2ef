package dev.lockstep.spark.shard;

import dev.lockstep.data.DenseRows;
import java.io.Serializable;

/**
 * The shape of a run's blocks, fixed by the schema alone: sums close at block ends, so the rows of
 * a block are part of the bits.
 *
 * @param columns d
 * @param labelWidth label values a row
 * @param blockRows rows of a block
 */
public record BlockShape(int columns, int labelWidth, int blockRows) implements Serializable {
  private static final int TARGET_BYTES = 1 << 20;
  private static final int LEAST_ROWS = 64;
  static final int MOST_ROWS = 4096;

  /** About a MiB of dense rows, a power of two between 64 and 4,096 rows. */
  public static BlockShape of(int columns, int labelWidth) {
    long rows = TARGET_BYTES / (4L * DenseRows.strideOf(columns));
    int power = Integer.highestOneBit((int) Math.max(1, rows));
    return new BlockShape(columns, labelWidth, Math.max(LEAST_ROWS, Math.min(MOST_ROWS, power)));
  }
}
