package dev.lockstep.data;

/**
 * Which training rows of which shard the rows of a block are, in which epoch: what stays the same
 * whoever computes the step, however rows are shuffled and batches cut.
 *
 * @param epoch the epoch, from 0
 * @param shard the shard's number
 * @param first the number of the block's row 0, where numbers follow each other; may be negative
 *     where the block's first rows are not in the batch
 * @param numbers the number of each row of the block, may be longer; empty where they follow each
 *     other
 */
public record RowNumbers(int epoch, int shard, int first, int[] numbers) {
  private static final int[] CONSECUTIVE = {};

  /** The rows of the one block of the first shard, in the first epoch. */
  public static final RowNumbers OF_BLOCK = consecutive(0, 0, 0);

  /** Rows whose numbers follow each other. */
  public static RowNumbers consecutive(int epoch, int shard, int first) {
    return new RowNumbers(epoch, shard, first, CONSECUTIVE);
  }

  /** The number of a row of the block. */
  public int at(int row) {
    return numbers.length == 0 ? first + row : numbers[row];
  }

  /**
   * The numbers of rows that are picked into a block of their own.
   *
   * @param rows of this block, of which the first {@code count} count
   * @param into {@code [count]} at least; written and kept
   */
  public RowNumbers pick(int[] rows, int count, int[] into) {
    for (int i = 0; i < count; i++) {
      into[i] = at(rows[i]);
    }
    return new RowNumbers(epoch, shard, 0, into);
  }
}
