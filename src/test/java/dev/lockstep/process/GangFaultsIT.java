package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.Failure;
import dev.lockstep.bench.AdamFit;
import dev.lockstep.process.FaultyModel.Fault;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gangs whose workers fail: a few times, which changes no bits, or again and again, which ends the
 * run within two minutes, with the exit code and the sentence of its cause. Nothing hangs.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GangFaultsIT {
  private static final int STEPS = 60;
  private static final int ALWAYS = 100_000;
  private static final Duration BOUND = Duration.ofSeconds(120);

  @TempDir static Path base;
  @TempDir Path folder;
  private static GangGround ground;
  private static float[] undisturbed;

  @BeforeAll
  static void start() {
    String classes = Launcher.HOME.resolve("target/test-classes") + ":" + Launcher.JAR;
    ground = GangGround.start(base, 1, 8, Thrift.executorsWith(classes));
    undisturbed = ground.undisturbed(STEPS);
  }

  /** Who failed before is replaced by now. */
  @BeforeEach
  void awaitExecutors() {
    Await.until("two executors", BOUND, () -> ground.data().slots() == 2);
  }

  @AfterAll
  static void stop() {
    ground.close();
  }

  @Test
  @Order(1)
  void aTaskThatThrowsThreeTimesChangesNoBits() {
    assertThat(train(Fault.THROW, 3)).isEqualTo(undisturbed);
  }

  @Test
  @Order(2)
  void aTaskThatAlwaysThrowsIsOurBug() {
    Failure failure = failure(Fault.THROW);
    assertThat(failure.code()).isEqualTo(ExitCode.INTERNAL);
    assertThat(failure.sentence()).contains("a fault of the test");
  }

  @Test
  @Order(3)
  void aTaskThatEndsItsProcessChangesNoBits() {
    assertThat(train(Fault.EXIT, 1)).isEqualTo(undisturbed);
  }

  @Test
  @Order(4)
  void aTaskThatExhaustsItsHeapChangesNoBits() {
    assertThat(train(Fault.EXHAUST, 1)).isEqualTo(undisturbed);
  }

  @Test
  @Order(5)
  @Tag("chaos")
  void aTaskThatAlwaysEndsItsProcessIsTheClustersFailure() {
    Failure failure = failure(Fault.EXIT);
    assertThat(failure.code()).isEqualTo(ExitCode.CLUSTER);
    assertThat(failure.sentence()).contains("exited with code 3").contains("run the same command");
  }

  @Test
  @Order(6)
  @Tag("chaos")
  void aTaskThatAlwaysExhaustsItsHeapIsToldWhatToDo() {
    Failure failure = failure(Fault.EXHAUST);
    assertThat(failure.code()).isEqualTo(ExitCode.CLUSTER);
    assertThat(failure.sentence()).contains("out of memory").contains("--executor-memory");
  }

  @Test
  @Order(7)
  @Tag("chaos")
  void anExecutorThatStandsStillForGoodIsReplaced() {
    ProcessHandle[] stopped = new ProcessHandle[1];
    LongConsumer stop =
        step -> {
          if (step == STEPS / 2) {
            stopped[0] = ground.cluster().executors(1).get(0);
            Child.signal("STOP", stopped[0]);
          }
        };
    assertBounded(
        () -> {
          try (Cluster gang = ground.gang()) {
            assertThat(new AdamFit(STEPS).train(gang, stop)).isEqualTo(undisturbed);
          }
        });
    Await.until("the end of the stopped process", BOUND, () -> !stopped[0].isAlive());
  }

  /** The last: nothing is left. */
  @Test
  @Order(8)
  @Tag("chaos")
  void aClusterThatIsGoneEndsTheRun() {
    LongConsumer end =
        step -> {
          if (step == STEPS / 2) {
            ground.cluster().killWorker(1);
            ground.cluster().killWorker(2);
          }
        };
    assertBounded(
        () -> {
          try (Cluster gang = ground.gang()) {
            Throwable thrown = catchThrowable(() -> new AdamFit(STEPS).train(gang, end));
            Failure failure = Failure.of(thrown);
            System.out.println("no worker is left: " + failure.sentence());
            assertThat(failure.code()).isEqualTo(ExitCode.CLUSTER);
            assertThat(failure.sentence())
                .contains("0 executors are there")
                .contains("run the same command again");
          }
        });
  }

  private float[] train(Fault fault, int times) {
    FaultyModel model = new FaultyModel(fault, times, folder.toString());
    try (Cluster gang = ground.data().gang(model, MetricSettings.DEFAULTS)) {
      float[] params = new AdamFit(STEPS).train(gang, step -> {});
      assertThat(folder.resolve("fault-" + (times - 1))).exists();
      return params;
    }
  }

  private Failure failure(Fault fault) {
    Throwable[] thrown = new Throwable[1];
    assertBounded(() -> thrown[0] = catchThrowable(() -> train(fault, ALWAYS)));
    Failure failure = Failure.of(thrown[0]);
    System.out.printf("%s always: %s%n", fault, failure.sentence());
    return failure;
  }

  private static void assertBounded(Runnable action) {
    long start = System.nanoTime();
    action.run();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("ended after %d ms%n", took.toMillis());
    assertThat(took).isLessThan(BOUND);
  }
}
