package dev.lockstep.data;

/**
 * A run of rows of one block: what a replica works on at a time.
 *
 * @param block holds the rows
 * @param from the first row
 * @param to after the last row
 * @param numbers which rows of the shard those of the block are
 */
public record Batch(Block block, int from, int to, RowNumbers numbers) {
  /** Checks the range. */
  public Batch {
    if (from < 0 || to < from || to > block.rows()) {
      throw new IllegalArgumentException(
          "rows [%d, %d) of a block of %d".formatted(from, to, block.rows()));
    }
  }

  /** Rows of the first epoch's one block. */
  public Batch(Block block, int from, int to) {
    this(block, from, to, RowNumbers.OF_BLOCK);
  }

  /** The same rows, known by their numbers. */
  public Batch with(RowNumbers numbers) {
    return new Batch(block, from, to, numbers);
  }

  /** All rows of a block. */
  public static Batch of(Block block) {
    return new Batch(block, 0, block.rows());
  }

  /** How many rows the batch has. */
  public int rows() {
    return to - from;
  }
}
