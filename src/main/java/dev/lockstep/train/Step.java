package dev.lockstep.train;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import java.io.Serializable;

/**
 * What a gradient round is asked for.
 *
 * @param number the step, from 0
 * @param epoch the epoch, from 0
 * @param ranks the training ranks of the batch, over all shards
 * @param wide whether sums are float64 beyond a block (full-batch rounds)
 * @param rowOrder in which order a shard's rows answer to ranks
 * @param random the key of what is random in the step; the shard's number is added to it
 * @param exchange what sums are rounded to; float32 if they are wide
 */
public record Step(
    long number,
    int epoch,
    Ranks ranks,
    boolean wide,
    RowOrder rowOrder,
    RandomKey random,
    ExchangeFormat exchange)
    implements Serializable {
  /** Checks that wide sums are not rounded. */
  public Step {
    if (wide && exchange != ExchangeFormat.FLOAT32) {
      throw new IllegalArgumentException("float64 sums rounded to " + exchange);
    }
  }

  /** A step that rounds nothing. */
  public Step(
      long number, int epoch, Ranks ranks, boolean wide, RowOrder rowOrder, RandomKey random) {
    this(number, epoch, ranks, wide, rowOrder, random, ExchangeFormat.FLOAT32);
  }

  /** The same step on one of near-equal micro-batches. */
  public Step part(int part, int parts) {
    return parts == 1
        ? this
        : new Step(number, epoch, ranks.part(part, parts), wide, rowOrder, random, exchange);
  }
}
