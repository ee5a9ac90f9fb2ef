package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.train.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.Tuple2;

/**
 * Gangs where Spark's own manager allocates executors by demand, and decommissions them: the bits
 * are those of the {@code job} engine.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ElasticGangIT {
  private static final int STEPS = 240;

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
          "spark.dynamicAllocation.maxExecutors", "" + GangGround.WORKERS,
          "spark.decommission.enabled", "true");

  @TempDir static Path base;
  private static GangGround ground;
  private static float[] undisturbed;

  @BeforeAll
  static void start() {
    ground = GangGround.start(base, 1, 8, BY_DEMAND);
    undisturbed = ground.undisturbed(STEPS);
  }

  @AfterAll
  static void stop() {
    ground.close();
  }

  /** Without a gang one executor is left; one with fewer tasks than shards asks for the other. */
  @Test
  @Order(1)
  void aGangOfAnApplicationThatShrankGrowsByDemand() {
    ground.awaitExecutors(1);
    LongConsumer grow =
        step -> {
          if (step == STEPS / 3) {
            assertThat(ground.executors()).hasSize(1);
          } else if (step > STEPS / 3 && step < 2 * STEPS / 3) {
            Await.within(MOMENT, () -> ground.executors().size() == GangGround.WORKERS);
          }
        };
    try (Cluster gang = ground.gang()) {
      assertThat(new AdamFit(STEPS).train(gang, grow)).isEqualTo(undisturbed);
      assertThat(ground.executors()).hasSize(GangGround.WORKERS);
      assertThat(ground.data().slots()).isEqualTo(GangGround.WORKERS);
    }
  }

  @Test
  @Order(2)
  void aGangLeavesAnExecutorThatIsDecommissioned() {
    LongConsumer decommission =
        step -> {
          if (step == STEPS / 3) {
            String first = ground.executors().get(0);
            decommission(first);
            leaving = first;
          } else if (step > STEPS / 3 && step < STEPS - 1) {
            Await.within(MOMENT, () -> !ground.executors().contains(leaving));
          }
        };
    try (Cluster gang = ground.gang()) {
      assertThat(new AdamFit(STEPS).train(gang, decommission)).isEqualTo(undisturbed);
    }
    assertThat(ground.executors()).doesNotContain(leaving);
  }

  private static String leaving = "";

  private static void decommission(String executor) {
    ExecutorDecommissionInfo why = new ExecutorDecommissionInfo("a test", Option.empty());
    @SuppressWarnings("unchecked")
    Tuple2<String, ExecutorDecommissionInfo>[] one = new Tuple2[] {new Tuple2<>(executor, why)};
    ground.backend().decommissionExecutors(one, false, false);
  }
}
