package dev.lockstep.bench;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.Block;
import dev.lockstep.data.HeapRows;
import dev.lockstep.data.HeapShard;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Update;
import dev.lockstep.optim.Updates;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.MetricSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * What is left of a step without any engine: the gradients of each task's shards, by a bare thread
 * each, all at once and over all batches of an epoch in turn, but waiting for nobody; then the sums
 * along the tree, mean and update by Adam, in one thread. Microseconds, medians: the slowest
 * thread's gradients plus the update. The rows are random, of the shape asked for.
 */
final class StepArithmetic {
  private static final int MICRO = 1000;

  private final Model model;
  private final int shards;
  private final BatchOrder order;
  private final Schema schema;
  private final Parameters params;
  private final List<Shard> held = new ArrayList<>();

  /** The arithmetic of steps over rows of a number of features. */
  StepArithmetic(int rows, int features, int batchSize, int shards) {
    this(Logistic.DEFAULTS, List.of("no", "yes"), rows, features, batchSize, shards);
  }

  /** The same of any model of classes. */
  StepArithmetic(
      Model model, List<String> classes, int rows, int features, int batchSize, int shards) {
    this.model = model;
    this.shards = shards;
    this.order = new BatchOrder(rows, batchSize, shards, RandomKey.of(1));
    this.schema = new Schema(List.of(), features, List.of("y"), classes);
    int size = model.layout(schema).size();
    this.params = new Parameters(1, size, KernelData.weights(size));
    for (int s = 0; s < shards; s++) {
      List<Block> blocks = KernelData.dense(BatchOrder.shardRows(rows, s, shards), features);
      held.add(new HeapShard(s, Map.of(Split.TRAIN, new HeapRows(KernelData.BLOCK_ROWS, blocks))));
    }
  }

  /** The median of a step by so many threads. */
  double micros(int threads, int steps) {
    List<CompletableFuture<Double>> tasks =
        SumTree.groups(shards, threads).stream()
            .map(range -> CompletableFuture.supplyAsync(() -> gradients(range, steps), this::start))
            .toList();
    double slowest = tasks.stream().mapToDouble(CompletableFuture::join).max().orElseThrow();
    return slowest + update(tasks.size(), steps);
  }

  private void start(Runnable task) {
    new Thread(task, "bare").start();
  }

  /** The second half of the steps counts. */
  private double gradients(SumTree.Range range, int steps) {
    List<SumTree.Range> subtrees = SumTree.subtrees(shards, range.from(), range.to());
    double[] micros = new double[steps];
    try (ShardWorker worker = new ShardWorker(model, schema, shards, MetricSettings.DEFAULTS)) {
      for (int i = -steps; i < steps; i++) {
        Step step = step(i + steps);
        long from = System.nanoTime();
        for (SumTree.Range subtree : subtrees) {
          worker.gradient(held::get, subtree, params, step);
        }
        micros[Math.max(0, i)] = (System.nanoTime() - from) / (double) MICRO;
      }
    }
    return Figures.median(micros);
  }

  private Step step(int number) {
    long epoch = number / order.batches();
    BatchOrder.Ranks ranks = order.ranks(epoch, number % order.batches());
    RowOrder rows =
        model.wantsRowsShuffled() ? RowOrder.shuffled(RandomKey.of(epoch)) : RowOrder.RANKED;
    return new Step(number, (int) epoch, ranks, false, rows, RandomKey.of(number));
  }

  /** Adds the sums of tasks and takes the step; the second half of the steps counts. */
  private double update(int tasks, int steps) {
    int size = params.size();
    float[] point = params.values().clone();
    Update update = Update.first(Adam.DEFAULTS, point, model.layout(schema), 0);
    double[] micros = new double[steps];
    for (int i = -steps; i < steps; i++) {
      List<GradientSum> sums = IntStream.range(0, tasks).mapToObj(task -> sum()).toList();
      long from = System.nanoTime();
      GradientSum sum = SumTree.combine(sums, GradientSum::add);
      Update now = update.at(i + steps + 1, 1e-9);
      double norm = Updates.meanAndNorm(sum.gradients(), 0, size, now.gradient());
      Updates.take(Adam.DEFAULTS, now, norm, GradientTransforms.DEFAULTS, TimedSteps.L2);
      micros[Math.max(0, i)] = (System.nanoTime() - from) / (double) MICRO;
    }
    return Figures.median(micros);
  }

  private GradientSum sum() {
    GradientSum sum = new GradientSum(1, params.size(), false);
    System.arraycopy(params.values(), 0, sum.gradients(), 0, params.size());
    return sum;
  }
}
