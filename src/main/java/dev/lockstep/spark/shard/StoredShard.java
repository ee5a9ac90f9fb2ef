package dev.lockstep.spark.shard;

import dev.lockstep.data.Rows;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import org.apache.spark.util.KnownSizeEstimation;

/**
 * A shard where it was built: one element of a persisted RDD. It never travels; when its executor
 * is lost, lineage builds it again with the same rows. Safe for concurrent reads.
 */
public final class StoredShard implements Shard, KnownSizeEstimation {
  private static final long OVERHEAD_BYTES = 4096;

  private final int number;
  private final StoredRows[] rows;
  private final double trainWeight;
  private final BlockStorage storage;

  StoredShard(int number, StoredRows[] rows, double trainWeight, BlockStorage storage) {
    this.number = number;
    this.rows = rows;
    this.trainWeight = trainWeight;
    this.storage = storage;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Rows rows(Split split) {
    return rows[split.ordinal()];
  }

  @Override
  public long estimatedSize() {
    return storage.heapBytes() + OVERHEAD_BYTES;
  }

  /** What the shard takes, for the log. */
  public ShardSummary summary() {
    return new ShardSummary(
        number,
        rows[Split.TRAIN.ordinal()].size(),
        rows[Split.VALIDATION.ordinal()].size(),
        rows[Split.TEST.ordinal()].size(),
        trainWeight,
        storage.denseBlocks(),
        storage.sparseBlocks(),
        storage.heapBytes(),
        storage.fileBytes());
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a shard stays where it was built");
  }
}
