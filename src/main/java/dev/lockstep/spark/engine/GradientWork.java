package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.Step;
import dev.lockstep.train.TreeRounding;
import java.util.function.IntFunction;

/**
 * The gradient of a step.
 *
 * @param step which rows, and how they are added
 * @param from the first of all members' gradients that sums have, where they are added part by part
 */
public record GradientWork(Step step, int from) implements RoundWork<GradientSum> {
  /** Sums of all gradients. */
  public GradientWork(Step step) {
    this(step, 0);
  }

  @Override
  public GradientSum subtree(
      ShardWorker worker, IntFunction<Shard> held, SumTree.Range range, Parameters params) {
    return worker.gradient(held, range, params, step);
  }

  @Override
  public GradientSum add(SumTree.Range node, int shards, GradientSum left, GradientSum right) {
    return TreeRounding.round(left.add(right), step, node, from, shards);
  }
}
