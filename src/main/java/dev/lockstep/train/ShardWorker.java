package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Rows;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Evaluations;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * What a worker does in a round, the same in every engine: the sums of a shard's rows of a batch,
 * the evaluation of its rows of a split, and both over a subtree of shards. Holds a replica and
 * scratch arrays; one thread at a time.
 */
public final class ShardWorker implements AutoCloseable {
  private final Replica replica;
  private final Loss loss;
  private final int shards;
  private final int outputs;
  private final BlockEvaluation plain;

  /** By the loss that is trained where classes weigh differently. */
  private final BlockEvaluation byClass;

  private final MetricSettings metrics;
  private final ClassWeights classWeights;
  private final StepBatches batches;

  /** Sums that nobody needs any more, at most one for each level of a subtree, and one to give. */
  private final ArrayDeque<GradientSum> spare = new ArrayDeque<>();

  private final Lessons lessons;

  /**
   * A worker with a replica of its own.
   *
   * @param shards S, over all workers
   */
  public ShardWorker(Model model, Schema schema, int shards, MetricSettings metrics) {
    this(model, schema, shards, metrics, new TeacherScores(), OptionalInt.empty());
  }

  /** The same in a task: with what a teacher told workers beside it, and the task's GPU. */
  public ShardWorker(
      Model model,
      Schema schema,
      int shards,
      MetricSettings metrics,
      TeacherScores taught,
      OptionalInt gpu) {
    this.lessons = new Lessons(model.teacher(), taught, gpu);
    this.replica = model.open(schema, gpu);
    this.batches = new StepBatches(replica.coupledRows(), schema.features());
    this.loss = model.loss();
    this.shards = shards;
    this.outputs = model.outputs(schema);
    this.plain = new BlockEvaluation(replica, loss, outputs);
    this.byClass = new BlockEvaluation(replica, loss.byClass(schema.classWeights()), outputs);
    this.metrics = metrics;
    this.classWeights = new ClassWeights(schema.classWeights());
  }

  /**
   * The sum over the shards of one subtree of the {@link SumTree}, in tree order, its nodes rounded
   * as the step says. Holds one sum for each level of the subtree at most.
   *
   * @param held gives a shard by its number
   */
  public GradientSum gradient(
      IntFunction<? extends Shard> held, Range subtree, Parameters params, Step step) {
    replica.hold(Optional.of(params));
    try {
      return sum(held, subtree, params, step);
    } finally {
      replica.hold(Optional.empty());
    }
  }

  private GradientSum sum(
      IntFunction<? extends Shard> held, Range subtree, Parameters params, Step step) {
    GradientSum sum;
    if (subtree.size() == 1) {
      sum = gradient(held.apply(subtree.from()), params, step);
    } else {
      int middle = subtree.from() + SumTree.split(subtree.size());
      sum = sum(held, new Range(subtree.from(), middle), params, step);
      GradientSum right = sum(held, new Range(middle, subtree.to()), params, step);
      sum.add(right);
      spare.push(right);
    }
    return TreeRounding.round(sum, step, subtree, 0, shards);
  }

  /** Lets go of the sums that it keeps for its next gradient, as large as the parameters each. */
  public void rest() {
    spare.clear();
  }

  /** Takes back a sum that it gave and that nobody needs any more, for its next gradient. */
  public void reuse(GradientSum sum) {
    spare.push(sum);
  }

  /** A sum of nothing: one that was added to another before, or a new one. */
  private GradientSum zero(Parameters params, Step step) {
    while (!spare.isEmpty()) {
      GradientSum sum = spare.pop();
      if (sum.restart(params.members(), params.size(), step.wide())) {
        return sum;
      }
    }
    return new GradientSum(params.members(), params.size(), step.wide());
  }

  /** The sum over a shard's rows of the step's batch; zero where it has none. */
  public GradientSum gradient(Shard shard, Parameters params, Step step) {
    GradientSum sum = zero(params, step);
    int from = step.ranks().firstRow(shard.number(), shards);
    int to = step.ranks().endRow(shard.number(), shards);
    if (from == to) {
      return sum;
    }
    Rows rows = lessons.rows(shard);
    replica.begin(sum);
    batches.each(
        rows,
        shard.number(),
        from,
        to,
        step,
        (batch, random) -> accumulate(params, batch, random, sum));
    replica.finish(sum);
    return sum;
  }

  /** Adds a batch, by the weights that its rows have in training. */
  private void accumulate(Parameters params, Batch batch, RandomKey random, GradientSum sum) {
    replica.accumulate(params, classWeights.of(batch), random, sum);
    sum.closeBlock();
  }

  /**
   * The evaluations of one subtree of shards, one for each member, merged in tree order. Lets go of
   * the sums of gradients first: evaluations may be as large.
   */
  public List<Evaluation> evaluate(
      IntFunction<? extends Shard> held,
      Range subtree,
      Parameters params,
      Split split,
      Precision precision) {
    rest();
    return merged(subtree, shard -> evaluate(held.apply(shard), params, split, precision));
  }

  private static List<Evaluation> merged(Range subtree, IntFunction<List<Evaluation>> ofShard) {
    if (subtree.size() == 1) {
      return ofShard.apply(subtree.from());
    }
    int middle = subtree.from() + SumTree.split(subtree.size());
    return Evaluations.merge(
        merged(new Range(subtree.from(), middle), ofShard),
        merged(new Range(middle, subtree.to()), ofShard));
  }

  /**
   * The evaluations of a shard's rows of a split, one for each member; of the training rows, a
   * member that holds a fold out is judged on that fold alone.
   */
  public List<Evaluation> evaluate(
      Shard shard, Parameters params, Split split, Precision precision) {
    HeldOut judged = split == Split.TRAIN ? params.heldOut() : HeldOut.NONE;
    Rows rows = shard.rows(split);
    List<Evaluation> found = empty(params, precision);
    for (int b = 0; b < rows.blocks(); b++) {
      plain.add(lessons.judged(rows.block(b)), params, judged, found);
    }
    found.forEach(Evaluation::finish);
    return found;
  }

  /**
   * The evaluations of all training rows of one subtree of shards by the weights that they have in
   * training, where classes may weigh differently; merged in tree order.
   */
  public List<Evaluation> evaluateByClassWeights(
      IntFunction<? extends Shard> held, Range subtree, Parameters params) {
    rest();
    return merged(subtree, shard -> evaluateByClassWeights(held.apply(shard), params));
  }

  private List<Evaluation> evaluateByClassWeights(Shard shard, Parameters params) {
    Rows rows = shard.rows(Split.TRAIN);
    List<Evaluation> found = empty(params, Precision.BINNED_CURVES);
    for (int b = 0; b < rows.blocks(); b++) {
      Batch weighed = classWeights.of(Batch.of(lessons.judged(rows.block(b))));
      byClass.add(weighed.block(), params, HeldOut.NONE, found);
    }
    found.forEach(Evaluation::finish);
    return found;
  }

  private List<Evaluation> empty(Parameters params, Precision precision) {
    List<Evaluation> found = new ArrayList<>();
    for (int k = 0; k < params.members(); k++) {
      found.add(Evaluations.empty(loss, outputs, metrics, precision));
    }
    return found;
  }

  /** The moments of some features in every fold of the training rows of one subtree of shards. */
  public FoldMoments moments(
      IntFunction<? extends Shard> held,
      Range subtree,
      int repeats,
      int folds,
      List<ScaledRange> scaled) {
    if (subtree.size() == 1) {
      FoldMoments found = new FoldMoments(repeats, folds, scaled);
      Rows rows = held.apply(subtree.from()).rows(Split.TRAIN);
      for (int b = 0; b < rows.blocks(); b++) {
        found.add(rows.block(b));
      }
      return found;
    }
    int middle = subtree.from() + SumTree.split(subtree.size());
    return moments(held, new Range(subtree.from(), middle), repeats, folds, scaled)
        .merge(moments(held, new Range(middle, subtree.to()), repeats, folds, scaled));
  }

  @Override
  public void close() {
    lessons.close();
    replica.close();
  }
}
