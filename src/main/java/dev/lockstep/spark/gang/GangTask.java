package dev.lockstep.spark.gang;

import dev.lockstep.data.Shard;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.spark.engine.RoundContext;
import dev.lockstep.spark.shard.StoredShard;
import dev.lockstep.train.ShardWorker;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.shuffle.MetadataFetchFailedException;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * One long-lived task: takes a seat in the gang, holds its shards, and does its part of every round
 * until the gang ends. Where it cannot have its shards since shuffle files were lost with an
 * executor, it gives its place up, and {@link GangJob} sees to another.
 */
final class GangTask extends AbstractFunction2<TaskContext, Iterator<StoredShard>, Object>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a task returns that has served until the end. */
  static final long SERVED = -1;

  private final Broadcast<RoundContext> context;
  private final GangAddress address;

  GangTask(Broadcast<RoundContext> context, GangAddress address) {
    this.context = context;
    this.address = address;
  }

  /**
   * Serves.
   *
   * @return {@link #SERVED}, or the number of this attempt if it gave its place up
   */
  @Override
  public Object apply(TaskContext task, Iterator<StoredShard> shards) {
    // A second attempt at the stage starts all its tasks again, also those that go on in the first.
    if (task.stageAttemptNumber() > 0) {
      return task.taskAttemptId();
    }
    int group = task.partitionId();
    Optional<Seat> place =
        address.local()
            ? LocalGang.seat(address.gang(), group, task.taskAttemptId())
            : Optional.of(Hub.seat(address, context.value().shards(), group, task));
    return place.isPresent() ? serve(place.get(), task, shards) : SERVED;
  }

  private Object serve(Seat place, TaskContext task, Iterator<StoredShard> shards) {
    RoundContext fixed = context.value();
    SumTree.Range range = SumTree.groups(fixed.shards(), address.groups()).get(task.partitionId());
    List<SumTree.Range> subtrees = SumTree.subtrees(fixed.shards(), range.from(), range.to());
    try (Seat seat = place) {
      Optional<Shard[]> found = take(task, shards, range.size());
      if (found.isEmpty()) {
        return task.taskAttemptId();
      }
      IntFunction<Shard> mine = whileWanted(task, shard -> found.get()[shard - range.from()]);
      fixed.withWorker(worker -> serve(seat, new Rounds(worker, mine, subtrees)));
    }
    return SERVED;
  }

  /**
   * Finds or builds the shards; empty if shuffle files are lost and Spark knows that they are. What
   * Spark does not know yet it must be told, by letting the task fail.
   */
  private static Optional<Shard[]> take(TaskContext task, Iterator<StoredShard> shards, int count) {
    Shard[] held = new Shard[count];
    try {
      for (int i = 0; i < count; i++) {
        held[i] = shards.next();
      }
    } catch (Throwable e) { // Scala throws checked ones without declaring them
      if (task.fetchFailed().getOrElse(() -> null) instanceof MetadataFetchFailedException) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(held);
  }

  /**
   * Shards for a task that may be told to end: then it has no other shard, so that it does not hold
   * its slot, which the next gang may need, until its part of the round is done.
   */
  static IntFunction<Shard> whileWanted(TaskContext task, IntFunction<Shard> shards) {
    return shard -> {
      if (task.isInterrupted()) {
        throw new IllegalStateException("the task was told to end");
      }
      return shards.apply(shard);
    };
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

  /** A task's part of the rounds, one after another. */
  private static final class Rounds implements Function<Round, List<Subtotal>> {
    private final ShardWorker worker;
    private final IntFunction<Shard> held;
    private final List<SumTree.Range> subtrees;
    private List<Subtotal> last = List.of();

    Rounds(ShardWorker worker, IntFunction<Shard> held, List<SumTree.Range> subtrees) {
      this.worker = worker;
      this.held = held;
      this.subtrees = subtrees;
    }

    /** A round begins when the one before is complete: nobody needs its sums any more. */
    @Override
    public List<Subtotal> apply(Round round) {
      for (Subtotal each : last) {
        if (each.sum() instanceof GradientSum sum) {
          worker.reuse(sum);
        }
      }
      last = new ArrayList<>(subtrees.size());
      for (SumTree.Range subtree : subtrees) {
        Object sum = round.work().subtree(worker, held, subtree, round.params());
        last.add(new Subtotal(subtree, sum));
      }
      return last;
    }
  }
}
