package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Evaluations;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterTest {
  private static final RandomKey KEY = RandomKey.of(1);

  @Test
  void anyGroupingOfShardsIntoTasksGivesTheSameBits() throws Exception {
    for (int tasks = 1; tasks <= 5; tasks++) {
      int groups = tasks;
      ClusterContract.check(
          Logistic.DEFAULTS,
          (model, schema, shards, metrics) -> new Grouped(model, schema, shards, metrics, groups));
    }
  }

  @Test
  void theSumOverAllShardsIsThatOfAllRows() {
    TrainingData data = TrainingData.binary(53, 0, 0.5, -1, 2);
    Parameters params = new Parameters(1, 3, new float[] {0.1f, -0.2f, 0.3f});
    GradientSum one = full(data, params, 1, RowOrder.RANKED);
    for (int shards : new int[] {2, 7, 64}) {
      for (RowOrder order : List.of(RowOrder.RANKED, RowOrder.shuffled(KEY))) {
        GradientSum sum = full(data, params, shards, order);
        assertThat(sum.weightSums()[0]).isEqualTo(53);
        assertThat(sum.lossSums()[0]).isCloseTo(one.lossSums()[0], within(1e-4));
        for (int i = 0; i < 3; i++) {
          assertThat(sum.totals()[i]).isCloseTo(one.totals()[i], within(1e-4));
        }
      }
    }
  }

  @Test
  void classWeightsWeighInTrainingAndNotInMetrics() {
    TrainingData data = TrainingData.binary(53, 20, 0.5, -1, 2);
    TrainingData heavier = TrainingData.binary(53, 20, 0.5, -1, 2);
    for (int i = 0; i < 53; i++) {
      heavier.weights.set(i, data.labels.get(i) == 1 ? 5f : 0.5f);
    }
    Schema schema = data.schema(2);
    Schema weighted =
        new Schema(
            schema.featureNames(),
            schema.features(),
            schema.labelNames(),
            schema.classes(),
            List.of(0.5, 5.0),
            List.of(),
            0);
    Parameters params = new Parameters(1, 3, new float[] {0.1f, -0.2f, 0.3f});
    for (RowOrder order : List.of(RowOrder.RANKED, RowOrder.shuffled(KEY))) {
      Step step = new Step(0, 0, new Ranks(3, 41), true, order, KEY);
      try (Cluster classes = cluster(data, weighted);
          Cluster rows = cluster(heavier, schema);
          Cluster plain = cluster(data, schema)) {
        ClusterContract.assertSameBits(
            classes.gradient(params, step), rows.gradient(params, step), "" + order);
        for (Split split : Split.values()) {
          assertThat(classes.evaluate(params, split, Precision.EXACT).get(0).metrics())
              .isEqualTo(plain.evaluate(params, split, Precision.EXACT).get(0).metrics());
        }
        Map<String, Double> found = classes.evaluateByClassWeights(params).get(0).metrics();
        assertThat(found)
            .isEqualTo(
                rows.evaluate(params, Split.TRAIN, Precision.BINNED_CURVES).get(0).metrics());
        Step all = new Step(0, 0, new Ranks(0, rows.rows(Split.TRAIN)), true, order, KEY);
        GradientSum trained = classes.gradient(params, all);
        assertThat(found.get("loss"))
            .isCloseTo(trained.lossSums()[0] / trained.weightSums()[0], within(1e-9));
      }
    }
  }

  private static Cluster cluster(TrainingData data, Schema schema) {
    return new LocalCluster(Logistic.DEFAULTS, schema, data.shards(3, 8), MetricSettings.DEFAULTS);
  }

  @Test
  void permutedRowsAreEachTakenOnceAnEpoch() {
    TrainingData data = new TrainingData();
    for (int i = 0; i < 53; i++) {
      data.row(Split.TRAIN, 1 << (i % 20), i % 2, 1f);
    }
    double inOrder = 0;
    double permuted = 0;
    Parameters params = new Parameters(1, 2, new float[2]);
    try (LocalCluster cluster = cluster(data, 3)) {
      for (int from = 0; from < 53; from += 10) {
        Ranks ranks = new Ranks(from, Math.min(53, from + 10));
        Step plain = new Step(0, 0, ranks, false, RowOrder.RANKED, KEY);
        Step shuffled = new Step(0, 0, ranks, false, RowOrder.shuffled(KEY), KEY);
        inOrder += cluster.gradient(params, plain).weightSums()[0];
        permuted += cluster.gradient(params, shuffled).weightSums()[0];
      }
    }
    assertThat(permuted).isEqualTo(inOrder);
  }

  private static GradientSum full(
      TrainingData data, Parameters params, int shards, RowOrder order) {
    try (LocalCluster cluster = cluster(data, shards)) {
      return cluster.gradient(params, new Step(0, 0, new Ranks(0, 53), true, order, KEY));
    }
  }

  private static LocalCluster cluster(TrainingData data, int shards) {
    return new LocalCluster(
        Logistic.DEFAULTS, data.schema(2), data.shards(shards, 16), MetricSettings.DEFAULTS);
  }

  /** Shards in groups, as tasks hold them: each sends the sums of its maximal subtrees. */
  private record Grouped(
      Model model, Schema schema, List<Shard> held, MetricSettings metrics, int groups)
      implements Cluster {
    @Override
    public int shards() {
      return held.size();
    }

    @Override
    public long rows(Split split) {
      return held.stream().mapToLong(shard -> shard.rows(split).size()).sum();
    }

    private List<Range> subtrees() {
      List<Range> found = new ArrayList<>();
      int tasks = Math.min(groups, held.size());
      for (int task = 0; task < tasks; task++) {
        int from = task * held.size() / tasks;
        int to = (task + 1) * held.size() / tasks;
        found.addAll(SumTree.subtrees(held.size(), from, to));
      }
      return found;
    }

    @Override
    public GradientSum gradient(Parameters params, Step step) {
      List<GradientSum> sums = new ArrayList<>();
      for (Range range : subtrees()) {
        try (ShardWorker worker = new ShardWorker(model, schema, held.size(), metrics)) {
          sums.add(worker.gradient(held::get, range, params, step));
        }
      }
      int shards = held.size();
      return SumTree.join(
          shards,
          subtrees(),
          sums,
          (node, left, right) -> TreeRounding.round(left.add(right), step, node, 0, shards));
    }

    @Override
    public List<Evaluation> evaluate(Parameters params, Split split, Precision precision) {
      List<List<Evaluation>> sums = new ArrayList<>();
      for (Range range : subtrees()) {
        try (ShardWorker worker = new ShardWorker(model, schema, held.size(), metrics)) {
          sums.add(worker.evaluate(held::get, range, params, split, precision));
        }
      }
      return SumTree.join(held.size(), subtrees(), sums, Evaluations::merge);
    }

    @Override
    public List<Evaluation> evaluateByClassWeights(Parameters params) {
      List<List<Evaluation>> sums = new ArrayList<>();
      for (Range range : subtrees()) {
        try (ShardWorker worker = new ShardWorker(model, schema, held.size(), metrics)) {
          sums.add(worker.evaluateByClassWeights(held::get, range, params));
        }
      }
      return SumTree.join(held.size(), subtrees(), sums, Evaluations::merge);
    }

    @Override
    public FoldMoments moments(int repeats, int folds, List<ScaledRange> scaled) {
      List<FoldMoments> sums = new ArrayList<>();
      for (Range range : subtrees()) {
        try (ShardWorker worker = new ShardWorker(model, schema, held.size(), metrics)) {
          sums.add(worker.moments(held::get, range, repeats, folds, scaled));
        }
      }
      return SumTree.join(held.size(), subtrees(), sums, FoldMoments::merge);
    }

    @Override
    public void close() {}
  }
}
