package dev.lockstep.spark.shard;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.SparseRows;
import java.lang.ref.Cleaner;
import java.util.Optional;

/**
 * Where a shard's blocks are: on the heap within {@link BlockBudget}, else in a {@link BlockFile}.
 * When nobody holds it any more, the heap bytes go back to the budget and the file is removed.
 */
final class BlockStorage {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Held held = new Held();
  private int sparseBlocks;
  private int denseBlocks;

  BlockStorage() {
    CLEANER.register(this, held);
  }

  /** Keeps a block; what is returned stands for it in {@link #fetch}. */
  Object keep(Block block) {
    if (block.features() instanceof SparseRows) {
      sparseBlocks++;
    } else {
      denseBlocks++;
    }
    return held.keep(block);
  }

  /**
   * Rows {@code [from, to)} of the block that {@link #keep} kept. What comes from the file holds
   * until the thread fetches again.
   */
  Batch fetch(Object kept, int from, int to) {
    if (kept instanceof Block block) {
      return new Batch(block, from, to);
    }
    BlockFile file = held.file.orElseThrow();
    return Batch.of(BlockReader.own().read(file, (BlockPlace) kept, from, to));
  }

  long heapBytes() {
    return held.heapBytes;
  }

  long fileBytes() {
    return held.fileBytes;
  }

  int sparseBlocks() {
    return sparseBlocks;
  }

  int denseBlocks() {
    return denseBlocks;
  }

  /** What must be given back; knows nothing of the storage, so that the cleaner can run. */
  private static final class Held implements Runnable {
    private Optional<BlockFile> file = Optional.empty();
    private long heapBytes;
    private long fileBytes;

    Object keep(Block block) {
      long sizeBytes = block.sizeBytes();
      if (BlockBudget.reserve(sizeBytes)) {
        heapBytes += sizeBytes;
        return block;
      }
      if (file.isEmpty()) {
        file = Optional.of(BlockFile.create());
      }
      fileBytes += sizeBytes;
      return file.orElseThrow().append(block);
    }

    @Override
    public void run() {
      BlockBudget.release(heapBytes);
      file.ifPresent(BlockFile::close);
    }
  }
}
