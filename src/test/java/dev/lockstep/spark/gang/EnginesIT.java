package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.Bf16;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Sgd;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.engine.Machines;
import dev.lockstep.spark.engine.MemoryPlan;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ClusterContract;
import dev.lockstep.train.LocalCluster;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.TableModel;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnginesIT {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  private static final int COLUMNS = 21;

  private static Parameters params(int members) {
    float[] values = new float[members * (COLUMNS + 1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (RandomKey.of(5).uniform(i) - 0.5);
    }
    return new Parameters(members, COLUMNS + 1, values);
  }

  private static Step step(EncodedTable table, boolean wide, RowOrder rowOrder) {
    BatchOrder order = new BatchOrder(table.trainRows(), wide ? 0 : 300, table.shards(), KEY);
    return new Step(3, 0, order.ranks(0, 0), wide, rowOrder, KEY);
  }

  private static final RandomKey KEY = RandomKey.of(11);

  private static void same(GradientSum one, GradientSum other) {
    assertThat(one.totals()).isEqualTo(other.totals());
    assertThat(one.lossSums()).isEqualTo(other.lossSums());
    assertThat(one.weightSums()).isEqualTo(other.weightSums());
    if (!one.wide()) {
      assertThat(one.gradients()).isEqualTo(other.gradients());
    }
  }

  static Stream<Arguments> enginesAndShards() {
    return Arrays.stream(Engine.values())
        .flatMap(engine -> Stream.of(1, 2, 3, 7, 64).map(s -> Arguments.of(engine, s)));
  }

  @ParameterizedTest
  @MethodSource("enginesAndShards")
  void everyRoundHasTheBitsOfThePlainCluster(Engine engine, int shards) {
    EncodedTable table = new EncodedTable(1021, COLUMNS, shards);
    MetricSettings metrics = MetricSettings.DEFAULTS;
    try (ShardSet set = table.build(SPARK, 64);
        Cluster cluster = engine.open(SPARK, set, table)) {
      Cluster plain =
          new LocalCluster(Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), metrics);
      assertThat(cluster.rows(Split.TRAIN)).isEqualTo(1021);
      assertThat(cluster.rows(Split.VALIDATION)).isEqualTo(204);
      assertThat(cluster.rows(Split.TEST)).isZero();
      for (int members : new int[] {1, 3}) {
        for (boolean wide : new boolean[] {false, true}) {
          for (RowOrder rows : List.of(RowOrder.RANKED, RowOrder.shuffled(KEY))) {
            Step step = step(table, wide, rows);
            same(cluster.gradient(params(members), step), plain.gradient(params(members), step));
            if (!wide) {
              followed(cluster, plain, members, ClusterContract.rounded(step));
            }
          }
        }
        for (Precision precision : Precision.values()) {
          for (int k = 0; k < members; k++) {
            assertThat(
                    cluster.evaluate(params(members), Split.VALIDATION, precision).get(k).metrics())
                .isEqualTo(
                    plain.evaluate(params(members), Split.VALIDATION, precision).get(k).metrics());
          }
        }
      }
    }
  }

  private static float[] trained(Cluster cluster) {
    MemberSettings member =
        new MemberSettings(
            new Sgd(0.1, 0.9, 0, false),
            Constant.DEFAULTS,
            Regularization.DEFAULTS,
            new GradientTransforms(Optional.empty(), Optional.empty(), 3),
            1);
    TrainingPlan plan =
        new TrainingPlan(
            Logistic.DEFAULTS,
            List.of(member),
            TrainSettings.DEFAULTS,
            CheckpointSettings.DEFAULTS,
            7,
            Optional.empty());
    Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
    return training.run(() -> false).members().get(0).params();
  }

  @ParameterizedTest
  @EnumSource
  void microBatchesHaveTheBitsOfThePlainCluster(Engine engine) {
    EncodedTable table = new EncodedTable(1021, COLUMNS, 7);
    try (ShardSet set = table.build(SPARK, 64);
        Cluster cluster = engine.open(SPARK, set, table);
        Cluster plain =
            new LocalCluster(
                Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), MetricSettings.DEFAULTS)) {
      assertThat(trained(cluster)).isEqualTo(trained(plain));
    }
  }

  /** More shards than rows. */
  @ParameterizedTest
  @EnumSource
  void emptyShardsChangeNoBits(Engine engine) {
    for (int rows : new int[] {3, 53}) {
      EncodedTable table = new EncodedTable(rows, COLUMNS, 64);
      MetricSettings metrics = MetricSettings.DEFAULTS;
      try (ShardSet set = table.build(SPARK, 16);
          Cluster cluster = engine.open(SPARK, set, table)) {
        Cluster plain =
            new LocalCluster(Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), metrics);
        for (boolean wide : new boolean[] {false, true}) {
          Step step = step(table, wide, RowOrder.RANKED);
          same(cluster.gradient(params(2), step), plain.gradient(params(2), step));
        }
        for (Precision precision : Precision.values()) {
          assertThat(cluster.evaluate(params(1), Split.TRAIN, precision).get(0).metrics())
              .isEqualTo(plain.evaluate(params(1), Split.TRAIN, precision).get(0).metrics());
        }
      }
    }
  }

  /** Steps that round, at parameters that follow others: the engine may send their changes. */
  private static void followed(Cluster cluster, Cluster plain, int members, Step step) {
    float[] target = params(members).values().clone();
    Parameters held = params(members);
    for (int t = 0; t < 4; t++) {
      GradientSum sum = plain.gradient(held, step);
      same(cluster.gradient(held, step), sum);
      for (int i = 0; i < target.length; i++) {
        target[i] -= 0.01f * sum.gradients()[i];
      }
      Bf16.follow(target, held.values(), 0, target.length);
      if (t == 1) {
        cluster.evaluate(params(members), Split.VALIDATION, Precision.BINNED);
      }
    }
  }

  /** Sums that know which blocks are touched, against those that do not, in messages of parts. */
  @ParameterizedTest
  @MethodSource("enginesAndShards")
  void tablesOfWhichAStepTouchesFewRowsHaveTheBitsOfWholeOnes(Engine engine, int shards) {
    EncodedTable table = new EncodedTable(199, COLUMNS, shards);
    TableModel touched = new TableModel(2_000, 50, false);
    TableModel whole = new TableModel(2_000, 50, true);
    int size = whole.layout(table.schema()).size();
    Parameters params = new Parameters(2, size, new float[2 * size]);
    try (ShardSet set = table.build(SPARK, 16);
        Cluster cluster = engine.open(SPARK, set, touched, table)) {
      Cluster plain =
          new LocalCluster(whole, table.schema(), ShardsHere.of(set), MetricSettings.DEFAULTS);
      for (boolean wide : new boolean[] {false, true}) {
        Step step = step(table, wide, RowOrder.shuffled(KEY));
        same(cluster.gradient(params, step), plain.gradient(params, step));
        Step small = new Step(4, 0, new Ranks(3, 5), wide, RowOrder.RANKED, KEY);
        same(cluster.gradient(params, small), plain.gradient(params, small));
        if (!wide) {
          Step rounded = ClusterContract.rounded(step);
          same(cluster.gradient(params, rounded), plain.gradient(params, rounded));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyParametersHaveTheBitsOfThePlainCluster(Engine engine) {
    int columns = 100_000;
    EncodedTable table = new EncodedTable(50, columns, 4);
    MetricSettings metrics = MetricSettings.DEFAULTS;
    Parameters params = new Parameters(1, columns + 1, new float[columns + 1]);
    Arrays.fill(params.values(), 0.001f);
    try (ShardSet set = table.build(SPARK, 16);
        Cluster cluster = engine.open(SPARK, set, table)) {
      Cluster plain =
          new LocalCluster(Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), metrics);
      Step step = step(table, true, RowOrder.RANKED);
      same(cluster.gradient(params, step), plain.gradient(params, step));
      Step rounded = ClusterContract.rounded(step(table, false, RowOrder.RANKED));
      for (int t = 0; t < 3; t++) {
        same(cluster.gradient(params, rounded), plain.gradient(params, rounded));
        float[] target = params.values().clone();
        for (int i = 0; i < target.length; i++) {
          target[i] += (float) (0.01 * RandomKey.of(t).uniform(i));
        }
        Bf16.follow(target, params.values(), 0, target.length);
      }
    }
  }

  @Test
  void aPlanThatCannotWorkIsRefusedWithTheSettingToChange() {
    MemoryPlan.Demand huge = new MemoryPlan.Demand(1, 400_000_000L, 12, false, 64, 0, 0, false);
    Machines here = Machines.of(SPARK);
    assertThat(here.local()).isTrue();
    assertThat(here.slots()).isEqualTo(2);
    assertThat(here.executorSlots()).isEqualTo(2);
    assertThatThrownBy(() -> MemoryPlan.of(huge, 0, here).check())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("spark.driver.maxResultSize")
        .hasMessageContaining("spark.kryoserializer.buffer.max")
        .hasMessageContaining("1525.9 MiB");
    MemoryPlan.of(new MemoryPlan.Demand(1, 1000, 12, false, 64, 0, 0, false), 0, here).check();
  }
}
