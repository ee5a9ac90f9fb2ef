package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.Failure;
import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.process.FaultyModel;
import dev.lockstep.process.FaultyModel.Fault;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.engine.ClusterException;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.engine.JobCluster;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ClusterContract;
import dev.lockstep.train.LocalCluster;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gangs whose jobs Spark gives up since tasks failed; in local mode one failure is too many. */
class FailingGangIT {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  private static final int ROWS = 53;
  private static final int COLUMNS = 4;
  private static final int ALWAYS = 1_000;
  private static final EncodedTable TABLE = new EncodedTable(ROWS, COLUMNS, 4);
  private static final Step STEP =
      new Step(0, 0, new Ranks(0, ROWS), false, RowOrder.RANKED, RandomKey.of(2));

  @TempDir Path folder;

  /** Faults are of steps whose parameters are not zero. */
  private static Parameters params(float value) {
    float[] values = new float[COLUMNS + 1];
    Arrays.fill(values, value);
    return new Parameters(1, COLUMNS + 1, values);
  }

  @ParameterizedTest
  @EnumSource(names = {"GANG", "GANG_BY_MESSAGES"})
  void aGangThatHasServedIsReplacedWhateverItsTasksFailedOf(Engine engine) {
    FaultyModel model = new FaultyModel(Fault.THROW, 1, folder.toString());
    try (ShardSet set = TABLE.build(SPARK, ROWS);
        Cluster plain =
            new LocalCluster(
                FaultyModel.MODEL, TABLE.schema(), ShardsHere.of(set), MetricSettings.DEFAULTS);
        Cluster gang = engine.open(SPARK, set, model, TABLE)) {
      gang.gradient(params(0), STEP);
      ClusterContract.assertSameBits(
          gang.gradient(params(1), STEP), plain.gradient(params(1), STEP), "after a failure");
      assertThat(folder.resolve("fault-0")).exists();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GANG", "GANG_BY_MESSAGES"})
  void aGangThatFailsBeforeItHasServedEndsTheRun(Engine engine) {
    FaultyModel model = new FaultyModel(Fault.THROW, ALWAYS, folder.toString());
    try (ShardSet set = TABLE.build(SPARK, ROWS);
        Cluster gang = engine.open(SPARK, set, model, TABLE)) {
      gang.gradient(params(0), STEP);
      Failure failure = Failure.of(catchThrowable(() -> gang.gradient(params(1), STEP)));
      assertThat(failure.code()).isEqualTo(ExitCode.INTERNAL);
      assertThat(failure.sentence()).contains("a fault of the test");
    }
  }

  /** As where an executor does not answer when the driver takes back what it has sent. */
  @Test
  void anEngineWhoseBroadcastCannotBeTakenBackClosesAllTheSame() {
    try (ShardSet set = TABLE.build(SPARK, ROWS)) {
      JobCluster cluster =
          new JobCluster(SPARK, set, FaultyModel.MODEL, TABLE.schema(), MetricSettings.DEFAULTS);
      cluster.context().destroy();
      assertThatCode(cluster::close).doesNotThrowAnyException();
    }
  }

  @Test
  void aDriverThatDoesNotAnswerIsTheClustersFailure() {
    SparkException aborted =
        new SparkException(
            "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times:\n"
                + "java.lang.IllegalStateException: the driver of the gang does not answer");
    assertThat(ClusterFailures.explain(aborted)).isInstanceOf(ClusterException.class);
  }
}
