package dev.lockstep.data;

/**
 * The rows of one split in one shard, in rank order, as blocks of a fixed number of rows (the last
 * may be shorter). Rows may be read from a file when they are asked for.
 */
public interface Rows {
  /** How many rows there are. */
  int size();

  /** Rows per block. */
  int blockRows();

  /** How many blocks there are. */
  default int blocks() {
    return (size() + blockRows() - 1) / blockRows();
  }

  /** How many rows a block has. */
  default int rowsOf(int number) {
    return Math.min(blockRows(), size() - number * blockRows());
  }

  /**
   * A block by its number; the caller must not write to it. One from a file holds only until the
   * thread asks for the next.
   */
  Block block(int number);

  /**
   * Rows {@code [from, to)} of a block, as rows of that block or of one that has no others; holds
   * as long as a block does. From a file nothing else is read.
   */
  default Batch batch(int number, int from, int to) {
    return new Batch(block(number), from, to);
  }
}
