package dev.lockstep.spark.shard;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Rows;
import java.util.ArrayList;
import java.util.List;

/** The rows of one split of a stored shard: each block on the heap or in the shard's file. */
final class StoredRows implements Rows {
  private final int blockRows;
  private final List<Object> blocks = new ArrayList<>();
  private final BlockStorage storage;
  private int size;

  StoredRows(int blockRows, BlockStorage storage) {
    this.blockRows = blockRows;
    this.storage = storage;
  }

  void add(Block block) {
    size = Math.addExact(size, block.rows());
    blocks.add(storage.keep(block));
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
    return batch(number, 0, rowsOf(number)).block();
  }

  @Override
  public Batch batch(int number, int from, int to) {
    return storage.fetch(blocks.get(number), from, to);
  }
}
