package dev.lockstep.spark.shard;

import java.io.Serializable;
import java.util.Locale;

/**
 * What a shard holds.
 *
 * @param number the shard
 * @param trainRows rows of the training split
 * @param validationRows rows of the validation split
 * @param testRows rows of the test split
 * @param trainWeight sum of the weights of the training rows
 * @param denseBlocks blocks of dense rows
 * @param sparseBlocks blocks of sparse rows
 * @param heapBytes bytes of blocks on the heap
 * @param fileBytes bytes of blocks in the file
 */
public record ShardSummary(
    int number,
    long trainRows,
    long validationRows,
    long testRows,
    double trainWeight,
    int denseBlocks,
    int sparseBlocks,
    long heapBytes,
    long fileBytes)
    implements Serializable {
  private static final double MEBIBYTE = 1 << 20;

  /** Both together; the number is the left one's. */
  public ShardSummary plus(ShardSummary right) {
    return new ShardSummary(
        number,
        trainRows + right.trainRows,
        validationRows + right.validationRows,
        testRows + right.testRows,
        trainWeight + right.trainWeight,
        denseBlocks + right.denseBlocks,
        sparseBlocks + right.sparseBlocks,
        heapBytes + right.heapBytes,
        fileBytes + right.fileBytes);
  }

  /** What is held where, in one line. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "blocks: %d dense, %d sparse; %.1f MiB on the heap, %.1f MiB in files",
        denseBlocks,
        sparseBlocks,
        heapBytes / MEBIBYTE,
        fileBytes / MEBIBYTE);
  }
}
