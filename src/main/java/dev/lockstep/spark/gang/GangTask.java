package dev.lockstep.spark.gang;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.spark.engine.RoundContext;
import dev.lockstep.spark.shard.StoredShard;
import dev.lockstep.train.ShardWorker;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * One long-lived task: takes a seat in the gang, holds its shards, and does its part of every round
 * until the gang ends.
 */
final class GangTask extends AbstractFunction2<TaskContext, Iterator<StoredShard>, Object>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<RoundContext> context;
  private final GangAddress address;

  GangTask(Broadcast<RoundContext> context, GangAddress address) {
    this.context = context;
    this.address = address;
  }

  @Override
  public Object apply(TaskContext task, Iterator<StoredShard> shards) {
    RoundContext fixed = context.value();
    int group = task.partitionId();
    SumTree.Range range = SumTree.groups(fixed.shards(), address.groups()).get(group);
    List<SumTree.Range> subtrees = SumTree.subtrees(fixed.shards(), range.from(), range.to());
    try (Seat seat =
        address.local()
            ? LocalGang.seat(address.gang(), group, task)
            : Hub.seat(address, fixed.shards(), group, task)) {
      Shard[] held = new Shard[range.size()];
      for (int i = 0; i < held.length; i++) {
        held[i] = shards.next();
      }
      IntFunction<Shard> mine = shard -> held[shard - range.from()];
      fixed.withWorker(worker -> serve(seat, round -> sums(worker, mine, subtrees, round)));
    }
    return 0;
  }

  private static Object serve(Seat seat, Function<Round, List<Subtotal>> work) {
    try {
      seat.serve(work);
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was told to end", e);
    }
  }

  private static List<Subtotal> sums(
      ShardWorker worker, IntFunction<Shard> held, List<SumTree.Range> subtrees, Round round) {
    List<Subtotal> sums = new ArrayList<>(subtrees.size());
    for (SumTree.Range subtree : subtrees) {
      Object sum = round.work().subtree(worker, held, subtree, round.params());
      sums.add(new Subtotal(subtree, sum));
    }
    return sums;
  }
}
