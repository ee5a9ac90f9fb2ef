package dev.lockstep.spark.engine;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.shard.StoredShard;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * One task of a round: works on its shards from left to right and sends one sum for each maximal
 * complete subtree of the sum tree that they cover.
 *
 * @param <T> what a shard gives and subtrees add up
 */
final class RoundTask<T> extends AbstractFunction2<TaskContext, Iterator<StoredShard>, List<T>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<RoundContext> context;
  private final Exchange exchange;
  private final int groups;
  private final RoundWork<T> work;

  RoundTask(Broadcast<RoundContext> context, Exchange exchange, int groups, RoundWork<T> work) {
    this.context = context;
    this.exchange = exchange;
    this.groups = groups;
    this.work = work;
  }

  @Override
  public List<T> apply(TaskContext task, Iterator<StoredShard> shards) {
    RoundContext fixed = context.value();
    SumTree.Range range = SumTree.groups(fixed.shards(), groups).get(task.partitionId());
    Parameters received = exchange.params();
    Shard[] held = new Shard[range.size()];
    for (int i = 0; i < held.length; i++) {
      held[i] = shards.next();
    }
    return exchange.hand(
        task.partitionId(),
        fixed.withWorker(
            worker -> {
              List<T> sums = new ArrayList<>();
              for (SumTree.Range subtree :
                  SumTree.subtrees(fixed.shards(), range.from(), range.to())) {
                IntFunction<Shard> mine = shard -> held[shard - range.from()];
                sums.add(work.subtree(worker, mine, subtree, received));
              }
              return sums;
            }));
  }
}
