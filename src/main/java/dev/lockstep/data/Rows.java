package dev.lockstep.data;

/**
 * The rows of one split in one shard, in rank order, as blocks of a fixed number of rows (the last
 * may be shorter). A block may be read from a file when it is asked for.
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

  /** A block by its number; the caller must not write to it. */
  Block block(int number);
}
