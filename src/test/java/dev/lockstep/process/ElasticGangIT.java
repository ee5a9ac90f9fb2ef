package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.bench.OurFit;
import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.SparkExit;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Gangs where Spark's own manager allocates executors by demand, and decommissions them: the bits
 * are those of the {@code job} engine.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ElasticGangIT {
  private static final int STEPS = 240;
  private static final int WORKERS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** How long a step waits at most for executors to come or go: a gang acts between steps. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** Executors are idle soon, although they hold shards and shuffle files. */
  private static final Map<String, String> BY_DEMAND =
      Map.of(
          "spark.dynamicAllocation.enabled", "true",
          "spark.dynamicAllocation.shuffleTracking.enabled", "true",
          "spark.dynamicAllocation.shuffleTracking.timeout", "2s",
          "spark.dynamicAllocation.executorIdleTimeout", "2s",
          "spark.dynamicAllocation.cachedExecutorIdleTimeout", "2s",
          "spark.dynamicAllocation.minExecutors", "1",
          "spark.dynamicAllocation.maxExecutors", "" + WORKERS,
          "spark.decommission.enabled", "true",
          "spark.ui.enabled", "false");

  @TempDir static Path base;
  private static StandaloneCluster cluster;
  private static Map<String, String> settings;
  private static LockstepSession session;
  private static ShardedData data;
  private static float[] undisturbed;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start(base, WORKERS, 1, "1g");
    settings = new HashMap<>(StandaloneCluster.driverHere());
    settings.remove("spark.extraListeners");
    settings.putAll(BY_DEMAND);
    SparkExit.stop();
    settings.forEach(System::setProperty);
    session = LockstepSession.start("elastic gangs", Optional.of(cluster.master()));
    Synthetic rows = new Synthetic(Synthetic.Task.BINARY, 20_000, 10, 1.0, 2, 0.5, 1, 0, false);
    data = OurFit.load(session, rows, 8);
    try (Cluster job = data.cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      undisturbed = new AdamFit(STEPS).train(job, step -> {});
    }
  }

  @AfterAll
  static void stop() {
    settings.keySet().forEach(System::clearProperty);
    data.close();
    session.close();
    cluster.close();
  }

  /** Without a gang one executor is left; one with fewer tasks than shards asks for the other. */
  @Test
  @Order(1)
  void aGangOfAnApplicationThatShrankGrowsByDemand() {
    awaitExecutors(1);
    LongConsumer grow =
        step -> {
          if (step == STEPS / 3) {
            assertThat(executors()).hasSize(1);
          } else if (step > STEPS / 3 && step < 2 * STEPS / 3) {
            Await.within(MOMENT, () -> executors().size() == WORKERS);
          }
        };
    try (Cluster gang = gang()) {
      assertThat(new AdamFit(STEPS).train(gang, grow)).isEqualTo(undisturbed);
      assertThat(executors()).hasSize(WORKERS);
      assertThat(data.slots()).isEqualTo(WORKERS);
    }
  }

  @Test
  @Order(2)
  void aGangLeavesAnExecutorThatIsDecommissioned() {
    LongConsumer decommission =
        step -> {
          if (step == STEPS / 3) {
            String first = executors().get(0);
            decommission(first);
            leaving = first;
          } else if (step > STEPS / 3 && step < STEPS - 1) {
            Await.within(MOMENT, () -> !executors().contains(leaving));
          }
        };
    try (Cluster gang = gang()) {
      assertThat(new AdamFit(STEPS).train(gang, decommission)).isEqualTo(undisturbed);
    }
    assertThat(executors()).doesNotContain(leaving);
  }

  private static String leaving = "";

  private static void decommission(String executor) {
    ExecutorDecommissionInfo why = new ExecutorDecommissionInfo("a test", Option.empty());
    @SuppressWarnings("unchecked")
    Tuple2<String, ExecutorDecommissionInfo>[] one = new Tuple2[] {new Tuple2<>(executor, why)};
    backend().decommissionExecutors(one, false, false);
  }

  private static CoarseGrainedSchedulerBackend backend() {
    return (CoarseGrainedSchedulerBackend) session.context().sc().schedulerBackend();
  }

  private static List<String> executors() {
    return CollectionConverters.asJava(backend().getExecutorIds());
  }

  private static void awaitExecutors(int count) {
    Await.until(count + " executors", LIMIT, () -> executors().size() == count);
  }

  private static Cluster gang() {
    return data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS);
  }
}
