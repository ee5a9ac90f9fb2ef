package dev.lockstep.train;

import dev.lockstep.math.Bf16;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;

/**
 * Rounds the gradient sums of the nodes of the fixed tree, where a step's {@link ExchangeFormat}
 * says so. The random bits are a function of (train seed, step, batch, node, coordinate), so that
 * whoever adds a node up rounds it alike; members of a cohort share them, so that a member has the
 * same bits alone and among others. Losses and weights stay float64.
 */
public final class TreeRounding {
  private TreeRounding() {}

  /**
   * Rounds the sum of a node; of the root, which does not travel, nothing.
   *
   * @param sum written
   * @param from the first of the sum's gradients among those of all members; 0 unless it is a part
   * @param shards S
   * @return the sum
   */
  public static GradientSum round(GradientSum sum, Step step, Range node, int from, int shards) {
    if (step.exchange() == ExchangeFormat.FLOAT32 || node.size() == shards) {
      return sum;
    }
    RandomKey key =
        step.random()
            .child("exchange")
            .child(step.ranks().from())
            .child(node.from())
            .child(node.to());
    sum.touched().each((start, to) -> round(sum, from, start, to, key)); // +0.0 stays what it is
    return sum;
  }

  private static void round(GradientSum sum, int from, int start, int to, RandomKey key) {
    for (int at = start, end; at < to; at = end) {
      int coordinate = (from + at) % sum.size();
      end = (int) Math.min(to, at + (long) sum.size() - coordinate);
      Bf16.round(sum.values(), at, end, key, coordinate);
    }
  }
}
