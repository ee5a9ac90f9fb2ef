package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.Step;
import java.util.function.IntFunction;

/**
 * The gradient of a step.
 *
 * @param step which rows, and how they are added
 */
public record GradientWork(Step step) implements RoundWork<GradientSum> {
  @Override
  public GradientSum subtree(
      ShardWorker worker, IntFunction<Shard> held, SumTree.Range range, Parameters params) {
    return worker.gradient(held, range, params, step);
  }

  @Override
  public GradientSum add(GradientSum left, GradientSum right) {
    return left.add(right);
  }
}
