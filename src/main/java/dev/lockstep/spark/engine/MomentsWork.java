package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.ShardWorker;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The moments of some features in every fold of the training rows.
 *
 * @param repeats how often rows are divided into folds
 * @param folds into how many
 * @param scaled the features, ascending
 */
public record MomentsWork(int repeats, int folds, List<ScaledRange> scaled)
    implements RoundWork<FoldMoments> {
  @Override
  public FoldMoments subtree(
      ShardWorker worker, IntFunction<Shard> held, SumTree.Range range, Parameters params) {
    return worker.moments(held, range, repeats, folds, scaled);
  }

  @Override
  public FoldMoments add(SumTree.Range node, int shards, FoldMoments left, FoldMoments right) {
    return left.merge(right);
  }
}
