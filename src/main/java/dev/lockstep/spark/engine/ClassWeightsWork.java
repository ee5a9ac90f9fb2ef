package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Evaluations;
import java.util.List;
import java.util.function.IntFunction;

/** The evaluation of the training rows by the weights that their classes give them. */
public record ClassWeightsWork() implements RoundWork<List<Evaluation>> {
  @Override
  public List<Evaluation> subtree(
      ShardWorker worker, IntFunction<Shard> held, SumTree.Range range, Parameters params) {
    return worker.evaluateByClassWeights(held, range, params);
  }

  @Override
  public List<Evaluation> add(
      SumTree.Range node, int shards, List<Evaluation> left, List<Evaluation> right) {
    return Evaluations.merge(left, right);
  }
}
