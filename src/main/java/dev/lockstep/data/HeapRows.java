package dev.lockstep.data;

import java.io.Serializable;
import java.util.List;

/** Rows whose blocks are all on the heap. Immutable; safe for threads. */
public final class HeapRows implements Rows, Serializable {
  private static final long serialVersionUID = 1L;

  private final int blockRows;
  private final Block[] blocks;
  private final int size;

  /**
   * Rows in blocks.
   *
   * @param blockRows rows of every block but the last, which may have fewer
   * @param blocks the blocks in rank order; kept
   */
  public HeapRows(int blockRows, List<Block> blocks) {
    this.blockRows = blockRows;
    this.blocks = blocks.toArray(Block[]::new);
    int rows = 0;
    for (int i = 0; i < this.blocks.length; i++) {
      int wanted = this.blocks[i].rows();
      boolean last = i == this.blocks.length - 1;
      if (wanted > blockRows || wanted < 1 || (!last && wanted != blockRows)) {
        throw new IllegalArgumentException(
            "block %d has %d rows, a block has %d".formatted(i, wanted, blockRows));
      }
      rows = Math.addExact(rows, wanted);
    }
    this.size = rows;
  }

  /** No rows at all. */
  public static HeapRows empty() {
    return new HeapRows(1, List.of());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int blockRows() {
    return blockRows;
  }

  @Override
  public Block block(int number) {
    return blocks[number];
  }
}
