package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.train.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gangs whose tasks Spark itself runs a second time, since they take long, and whose machines are
 * about to be turned off: the bits are those of the {@code job} engine.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SpeculatedGangIT {
  private static final int STEPS = 240;
  private static final Duration CALM = Duration.ofSeconds(3);
  private static final Duration MOMENT = Duration.ofSeconds(30);

  /** Fewer tasks than an executor has cores: then how long a task runs is reason enough. */
  private static final Map<String, String> SPECULATION =
      Map.of(
          "spark.speculation", "true",
          "spark.speculation.interval", "100ms",
          "spark.speculation.task.duration.threshold", "1s",
          "spark.executor.cores", "2",
          "spark.decommission.enabled", "true");

  @TempDir static Path base;
  private static GangGround ground;
  private static float[] undisturbed;
  private static String leaving = "";

  @BeforeAll
  static void start() {
    ground = GangGround.start(base, 2, 2, SPECULATION);
    undisturbed = ground.undisturbed(STEPS);
  }

  @AfterAll
  static void stop() {
    ground.close();
  }

  /** Both attempts at each task go on side by side; one of them is heard, no executor ends. */
  @Test
  @Order(1)
  void secondAttemptsAtAllTasksOfAGangChangeNoBits() {
    DriverProbe.reset();
    List<String> before = ground.executors();
    LongConsumer wait =
        step -> {
          if (step == STEPS / 3) {
            Await.until("second attempts", MOMENT, () -> DriverProbe.SPECULATIVE.get() >= 2);
          }
        };
    try (Cluster gang = ground.gang()) {
      assertThat(new AdamFit(STEPS).train(gang, wait)).isEqualTo(undisturbed);
    }
    assertThat(DriverProbe.SPECULATIVE).hasValueGreaterThanOrEqualTo(2);
    assertThat(Await.within(CALM, () -> !ground.executors().equals(before)))
        .as("an executor was lost: %s", ground.executors())
        .isFalse();
  }

  /** SIGPWR is how Spark is told that a machine goes: its executor decommissions itself. */
  @Test
  @Order(2)
  void anExecutorWhosePowerFailsIsLeft() {
    LongConsumer fail =
        step -> {
          if (step == STEPS / 3) {
            leaving = ground.executors().get(0);
            Child.signal("PWR", ground.cluster().executor(leaving));
          } else if (step > STEPS / 3 && step < STEPS - 1) {
            Await.within(Duration.ofSeconds(1), () -> !ground.executors().contains(leaving));
          }
        };
    try (Cluster gang = ground.gang()) {
      assertThat(new AdamFit(STEPS).train(gang, fail)).isEqualTo(undisturbed);
    }
    assertThat(ground.executors()).doesNotContain(leaving);
  }
}
