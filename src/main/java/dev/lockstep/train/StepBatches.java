package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.KeyedPermutation;
import dev.lockstep.data.RowGather;
import dev.lockstep.data.RowNumbers;
import dev.lockstep.data.Rows;
import dev.lockstep.math.RandomKey;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;

/**
 * Cuts a shard's rows of a step into the batches that a replica adds. Rows that count each for
 * itself are cut where their blocks end, or, shuffled, after as many rows as a block has. Rows that
 * change each other's scores come together, whatever blocks they lie in: of too many for the memory
 * the parts are near-equal, so that none is left alone. Keeps scratch arrays; one thread at a time.
 */
public final class StepBatches {
  /** 4 MiB of features: beside the layers of a network, which needs them together, not much. */
  private static final int VALUES_OF_COUPLED_ROWS = 1 << 20;

  private final OptionalInt coupled;
  private final int fit;
  private final RowGather gather = new RowGather();
  private int[] wanted = {};

  /**
   * Batches for a replica.
   *
   * @param coupled how many rows it takes together; empty where each counts for itself
   * @param features of a row
   */
  StepBatches(OptionalInt coupled, int features) {
    this.coupled = coupled;
    this.fit = fit(features);
  }

  private static int fit(int features) {
    return VALUES_OF_COUPLED_ROWS / Math.max(1, features);
  }

  /**
   * How many rows come together at most where they change each other's scores.
   *
   * @param coupled how many a replica takes together
   * @param features of a row
   */
  public static int most(int coupled, int features) {
    return Math.max(coupled, fit(features));
  }

  /**
   * Gives each batch, with the key of what is random in it; it holds until the next one.
   *
   * @param rows of the shard
   * @param from the first of the shard's places in the step
   * @param to after the last of them
   */
  void each(
      Rows rows, int shard, int from, int to, Step step, BiConsumer<Batch, RandomKey> replica) {
    RowOrder order = step.rowOrder();
    if (order.shuffled()) {
      KeyedPermutation permuted = KeyedPermutation.of(rows.size(), order.key().child(shard));
      gathered(rows, shard, permuted::at, from, to, step, replica);
    } else if (coupled.isPresent()) {
      gathered(rows, shard, LongUnaryOperator.identity(), from, to, step, replica);
    } else {
      inOrder(rows, shard, from, to, step, replica);
    }
  }

  private static void inOrder(
      Rows rows, int shard, int from, int to, Step step, BiConsumer<Batch, RandomKey> replica) {
    RandomKey random = step.random().child(shard);
    for (int row = from; row < to; ) {
      int number = row / rows.blockRows();
      int start = number * rows.blockRows();
      int end = Math.min(to, start + rows.rowsOf(number));
      Batch batch = rows.batch(number, row - start, end - start);
      RowNumbers numbers = RowNumbers.consecutive(step.epoch(), shard, row - batch.from());
      replica.accept(batch.with(numbers), random.child(row));
      row = end;
    }
  }

  private void gathered(
      Rows rows,
      int shard,
      LongUnaryOperator order,
      int from,
      int to,
      Step step,
      BiConsumer<Batch, RandomKey> replica) {
    RandomKey random = step.random().child(shard);
    for (int row = from, count; row < to; row += count) {
      count = next(rows, to - row);
      wanted = wanted.length < count ? new int[count] : wanted;
      for (int i = 0; i < count; i++) {
        wanted[i] = (int) order.applyAsLong(row + i);
      }
      Batch batch = Batch.of(gather.gather(rows, wanted, count));
      RowNumbers numbers = new RowNumbers(step.epoch(), shard, 0, wanted);
      replica.accept(batch.with(numbers), random.child(row));
    }
  }

  private int next(Rows rows, int left) {
    if (coupled.isEmpty()) {
      return Math.min(left, rows.blockRows());
    }
    int most = Math.max(coupled.getAsInt(), fit);
    return left / ((left - 1) / most + 1);
  }
}
