package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.HeapRows;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.RowGather;
import java.util.List;

/**
 * The rows of a batch that a member trains on, behind each other, for networks in which the rows of
 * a pass change each other's scores: one without weight must not be among them.
 */
final class WeighedRows {
  private final RowGather gather = new RowGather();
  private int[] wanted = {};
  private int[] numbers = {};
  private float[] weights = {};

  /** The batch without rows that weigh nothing; holds until the next one. */
  Batch of(Batch batch, HeldOut heldOut, int member) {
    int n = batch.rows();
    if (wanted.length < n) {
      wanted = new int[n];
      numbers = new int[n];
      weights = new float[n];
    }
    Block block = batch.block();
    if (heldOut.holdsOut(member)) {
      heldOut.weigh(member, block, batch.from(), n, weights);
    } else {
      for (int i = 0; i < n; i++) {
        weights[i] = block.weight(batch.from() + i);
      }
    }
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (weights[i] != 0) {
        wanted[count++] = batch.from() + i;
      }
    }
    if (count == n) {
      return batch;
    }
    return count == 0
        ? new Batch(block, batch.from(), batch.from())
        : Batch.of(gather.gather(new HeapRows(block.rows(), List.of(block)), wanted, count))
            .with(batch.numbers().pick(wanted, count, numbers));
  }
}
