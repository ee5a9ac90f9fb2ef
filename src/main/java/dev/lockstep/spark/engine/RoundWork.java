package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.ShardWorker;
import java.io.Serializable;
import java.util.function.IntFunction;

/**
 * What a round asks of the shards: the work on one subtree of them, and how two neighbours add up.
 *
 * @param <T> what a subtree gives
 */
public sealed interface RoundWork<T> extends Serializable
    permits GradientWork, EvaluationWork, ClassWeightsWork, MomentsWork {
  /**
   * The sum over a subtree of shards.
   *
   * @param held gives a shard by its number
   */
  T subtree(ShardWorker worker, IntFunction<Shard> held, SumTree.Range range, Parameters params);

  /**
   * Adds the right subtree to the left one, which may be written.
   *
   * @param node the subtree of both
   * @param shards S
   */
  T add(SumTree.Range node, int shards, T left, T right);
}
