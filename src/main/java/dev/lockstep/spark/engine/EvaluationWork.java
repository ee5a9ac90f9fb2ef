package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Evaluations;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The evaluation of a split, one for each member.
 *
 * @param split which rows
 * @param precision of the curves
 */
public record EvaluationWork(Split split, Precision precision)
    implements RoundWork<List<Evaluation>> {
  @Override
  public List<Evaluation> subtree(
      ShardWorker worker, IntFunction<Shard> held, SumTree.Range range, Parameters params) {
    return worker.evaluate(held, range, params, split, precision);
  }

  @Override
  public List<Evaluation> add(
      SumTree.Range node, int shards, List<Evaluation> left, List<Evaluation> right) {
    return Evaluations.merge(left, right);
  }
}
