package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.HeldOut;
import dev.lockstep.glm.Linear;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.Bf16;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Gd;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Sgd;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Trainings whose gradients and parameters travel as bf16. */
class ExchangeTest {
  private static final double[] TRUTH = {0.5, -1, 2, 0.25};
  private static final int SHARDS = 7;

  private static TrainingPlan rounded(Model model, List<MemberSettings> members) {
    TrainSettings settings = TrainingTest.settings(32, 6, Shuffle.ROWS);
    return new TrainingPlan(
        model,
        members,
        settings,
        CheckpointSettings.DEFAULTS,
        11,
        Optional.empty(),
        OptionalInt.empty(),
        ExchangeFormat.BF16);
  }

  private static TrainingPlan rounded(Model model, Optimizer optimizer) {
    return rounded(model, List.of(TrainingTest.member(optimizer)));
  }

  @Test
  void everyNodeButTheRootIsRounded() {
    TrainingData data = TrainingData.binary(300, 0, TRUTH);
    Parameters params = new Parameters(2, 4, new float[] {.1f, .2f, .3f, .4f, .1f, .2f, .3f, .4f});
    RandomKey key = RandomKey.of(5);
    Step plain = new Step(0, 0, new Ranks(0, 300), false, RowOrder.RANKED, key);
    Step step = ClusterContract.rounded(plain);
    MetricSettings metrics = MetricSettings.DEFAULTS;
    List<dev.lockstep.data.Shard> shards = data.shards(SHARDS, 16);
    try (ShardWorker worker = new ShardWorker(Logistic.DEFAULTS, data.schema(2), SHARDS, metrics)) {
      for (Range node : List.of(new Range(0, 1), new Range(6, 7), new Range(4, 6))) {
        GradientSum sum = worker.gradient(shards::get, node, params, step);
        GradientSum exact = worker.gradient(shards::get, node, params, plain);
        assertThat(sum.lossSums()).isEqualTo(exact.lossSums());
        assertThat(sum.gradients()).isNotEqualTo(exact.gradients());
        for (int i = 0; i < 8; i++) {
          assertThat(Bf16.holds(sum.gradients()[i])).isTrue();
          // members share their random bits: these two have the same parameters
          assertThat(sum.gradients()[i]).isEqualTo(sum.gradients()[i % 4]);
        }
      }
      GradientSum root = worker.gradient(shards::get, new Range(0, SHARDS), params, step);
      GradientSum exact = worker.gradient(shards::get, new Range(0, SHARDS), params, plain);
      int rounded = 0;
      for (int i = 0; i < 8; i++) {
        rounded += Bf16.holds(root.gradients()[i]) ? 1 : 0;
        assertThat((double) root.gradients()[i]).isCloseTo(exact.gradients()[i], within(0.5));
      }
      assertThat(rounded).isLessThan(8);
    }
  }

  /** Of 20,000 steps' sums the mean is the exact sum: 6 sigma of at most half a step a node. */
  @Test
  void theSumOverTheTreeIsUnbiased() {
    TrainingData data = TrainingData.binary(100, 0, TRUTH);
    Parameters params = new Parameters(1, 4, new float[] {.1f, .2f, .3f, .4f});
    int steps = 20_000;
    double[] sums = new double[4];
    try (LocalCluster cluster =
        new LocalCluster(
            Logistic.DEFAULTS, data.schema(2), data.shards(SHARDS, 16), MetricSettings.DEFAULTS)) {
      Step plain =
          new Step(0, 0, new Ranks(0, 100), false, RowOrder.RANKED, RandomKey.of(1).child(0));
      GradientSum exact = cluster.gradient(params, plain);
      for (int t = 0; t < steps; t++) {
        RandomKey key = RandomKey.of(1).child(t);
        Step step = new Step(t, 0, plain.ranks(), false, RowOrder.RANKED, key);
        GradientSum sum = cluster.gradient(params, ClusterContract.rounded(step));
        for (int i = 0; i < 4; i++) {
          sums[i] += sum.gradients()[i];
        }
      }
      for (int i = 0; i < 4; i++) {
        // The 12 nodes below the root are below 16 in size: a step of theirs is at most 2^-4.
        double sigma = Math.sqrt(12) * 0.0625 / 2;
        assertThat(sums[i] / steps)
            .isCloseTo(exact.gradients()[i], within(6 * sigma / Math.sqrt(steps)));
      }
    }
  }

  @Test
  void theModelIsAsGoodAsWithoutRounding() {
    TrainingData data = TrainingData.binary(2000, 1000, TRUTH);
    for (Optimizer optimizer :
        List.of(Adam.DEFAULTS, new Adam(0.02, 0.9, 0.999, 1e-8), new Sgd(0.1, 0.9, 0, true))) {
      TrainingPlan plan = rounded(Logistic.DEFAULTS, optimizer);
      TrainingPlan exact = TrainingTest.plan(Logistic.DEFAULTS, plan.members(), plan.train());
      double rounded = validationLoss(plan, data);
      double wanted = validationLoss(exact, data);
      System.out.printf(
          "%s: validation loss %.6f as bf16, %.6f as float32%n", optimizer, rounded, wanted);
      assertThat(rounded).isNotEqualTo(wanted).isCloseTo(wanted, within(0.002));
    }
  }

  private static double validationLoss(TrainingPlan plan, TrainingData data) {
    List<EpochReport> reports = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            reports.add(report);
          }
        };
    try (LocalCluster cluster = TrainingTest.cluster(plan, data, SHARDS)) {
      new Training(plan, cluster, listener, Checkpointer.NONE).run(() -> false);
    }
    return reports.get(reports.size() - 1).validation().get("loss");
  }

  @Test
  void aMemberHasTheSameBitsAloneAndAmongOthers() {
    TrainingData data = TrainingData.binary(300, 100, TRUTH);
    List<MemberSettings> members = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      MemberSettings plain = TrainingTest.member(new Sgd(0.03 * (k + 1), 0.9, 0, true));
      members.add(
          new MemberSettings(
              plain.optimizer(),
              plain.schedule(),
              plain.regularization(),
              plain.gradient(),
              k,
              Optional.of(TrainingTest.settings(32, 2 + k, Shuffle.ROWS)),
              k == 0 ? HeldOut.NOTHING : HeldOut.code(0, k),
              Optional.empty()));
    }
    TrainingResult together = TrainingTest.train(rounded(Logistic.DEFAULTS, members), data, SHARDS);
    for (int k = 0; k < 3; k++) {
      TrainingPlan alone = rounded(Logistic.DEFAULTS, List.of(members.get(k)));
      assertThat(TrainingTest.train(alone, data, SHARDS).members().get(0).params())
          .isEqualTo(together.members().get(k).params());
    }
  }

  @Test
  void workersHoldWhatFollowsTheTrainedParameters() {
    TrainingData data = TrainingData.binary(300, 100, TRUTH);
    TrainingPlan plan = rounded(Logistic.DEFAULTS, new Sgd(0.3, 0, 0, false));
    List<float[]> points = new ArrayList<>();
    Map<String, Tensor> saved = new HashMap<>();
    try (LocalCluster plain = TrainingTest.cluster(plan, data, SHARDS);
        Cluster cluster = new Watched(plain, points)) {
      Checkpointer keep =
          (position, state) -> state.forEach(tensor -> saved.put(tensor.name(), tensor));
      TrainingResult result =
          new Training(plan, cluster, TrainingListener.NONE, keep).run(() -> false);
      float[] params = result.members().get(0).params();
      float[] held = saved.get("member.0.held").floats();
      float[] last = points.get(points.size() - 1);
      assertThat(saved.get("member.0.params").floats()).isEqualTo(params);
      for (int i = 0; i < params.length; i++) {
        double change = Math.abs((double) params[i] - last[i]);
        assertThat((double) held[i]).isCloseTo(params[i], within(change / 256 + 1e-7));
      }
      assertThat(held).isNotEqualTo(params);
    }
    for (int step = 1; step < points.size(); step++) {
      byte[] changes = new byte[2 * points.get(0).length];
      assertThat(
              Bf16.changes(
                  points.get(step - 1), points.get(step), 0, points.get(0).length, changes, 0))
          .as("step %d", step)
          .isTrue();
    }
  }

  /** Notes where gradients are asked for; its owner closes the cluster. */
  private static final class Watched extends ForwardingCluster {
    private final List<float[]> points;

    Watched(Cluster cluster, List<float[]> points) {
      super(cluster);
      this.points = points;
    }

    @Override
    public GradientSum gradient(Parameters params, Step step) {
      points.add(params.values().clone());
      return super.gradient(params, step);
    }

    @Override
    public void close() {}
  }

  @Test
  void aTrainingThatLeavesTheFiniteNumbersIsFound() {
    TrainingData data = TrainingData.linear(300, 0, 0.1, TRUTH);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 3e38f}) {
      TrainingData spoilt = TrainingData.linear(300, 0, 0.1, TRUTH);
      spoilt.features.get(17)[1] = bad;
      TrainingPlan plan = rounded(Linear.DEFAULTS, new Sgd(0.1, 0, 0, false));
      assertThatThrownBy(() -> TrainingTest.train(plan, spoilt, SHARDS))
          .isInstanceOf(DivergedException.class);
    }
    TrainingPlan fast = rounded(Linear.DEFAULTS, new Sgd(1e6, 0, 0, false));
    assertThatThrownBy(() -> TrainingTest.train(fast, data, SHARDS))
        .isInstanceOf(DivergedException.class);
  }

  @Test
  void fullBatchSumsAreRefused() {
    TrainingData data = TrainingData.binary(50, 0, TRUTH);
    for (Optimizer optimizer : List.of(new Gd(0.1), Lbfgs.DEFAULTS)) {
      TrainingPlan plan =
          new TrainingPlan(
              Logistic.DEFAULTS,
              List.of(TrainingTest.member(optimizer)),
              TrainingTest.epochs(3),
              CheckpointSettings.DEFAULTS,
              1,
              Optional.empty(),
              OptionalInt.empty(),
              ExchangeFormat.BF16);
      assertThatThrownBy(() -> TrainingTest.train(plan, data, 2))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("engine.exchange is bf16")
          .hasMessageContaining("float64");
    }
  }
}
