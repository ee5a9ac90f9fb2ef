package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.CommandLineRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors and workers of a standalone cluster, stopped and killed in the middle of trainings of
 * the {@code job} engine; those of a gang are in {@link GangKillIT}. The driver is this JVM where a
 * process of its own would prove nothing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ExecutorKillIT {
  /** More parameters than travel inside a task, and dense rows. */
  private static final String SHARED =
      """
      seed = 5
      engine { kind = job }
      data {
        source { format = synthetic, task = regression, rows = 240, features = 17000 }
        features = [{ columns = [features], encode = none }]
        shards = 4
      }
      model { kind = linear }
      optimizer { kind = sgd, learning_rate = 1.0e-5 }
      train { batch_size = 8, epochs = 3 }
      checkpoint { every_steps = 2 }
      """;

  /** A task's result is more than 1 MiB: its rows touch nearly all blocks of the parameters. */
  private static final String LARGE =
      """
      seed = 5
      engine { kind = job }
      data {
        source { format = synthetic, task = binary, rows = 1000, features = 320000, density = 0.02 }
        features = [{ columns = [features], encode = none }]
        shards = 4
      }
      model { kind = logistic }
      optimizer { kind = sgd, learning_rate = 0.1 }
      train { batch_size = 50, epochs = 1 }
      checkpoint { every_steps = 2 }
      """;

  private static final Map<String, String> BLOCKS_IN_FILES =
      Map.of("spark.memory.storageFraction", "0");

  /** As {@code spark.speculation} with its eagerest settings. */
  private static final Map<String, String> SPECULATION = StandaloneCluster.speculation();

  /** How long an executor stands still: the fault itself, nothing is waited for. */
  private static final Duration PAUSE = Duration.ofSeconds(4);

  @TempDir static Path base;
  @TempDir Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start(base, 2, 1, "1g");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void anExecutorThatStandsStillForSecondsAndSpeculationOverFilesChangeNoBits() {
    Run run = Run.in(folder, SHARED);
    CompletableFuture<CommandLineRun> training = train(run, BLOCKS_IN_FILES, SPECULATION);
    await("checkpoint", training, () -> run.committedStep() >= 4);
    ProcessHandle stopped = cluster.executors(2).get(0);
    Child.signal("STOP", stopped);
    try {
      LockSupport.parkNanos(PAUSE.toNanos());
      assertThat(training).isNotDone();
    } finally {
      Child.signal("CONT", stopped);
    }
    CommandLineRun end = finish(run, training, SHARED);
    assertThat(end.out()).contains(" 0.0 MiB on the heap").doesNotContain(" 0.0 MiB in files");
    System.out.println("second attempts of tasks: " + DriverProbe.SPECULATIVE);
    assertThat(DriverProbe.SPECULATIVE).hasPositiveValue();
  }

  @Test
  @Order(2)
  void anExecutorKilledBetweenItsTaskAndTheFetchOfItsLargeResultChangesNoBits() {
    Run run = Run.in(folder, LARGE);
    CompletableFuture<CommandLineRun> training =
        train(run, Map.of("spark.task.maxDirectResultSize", "1m"));
    await("checkpoint", training, () -> run.committedStep() >= 4);
    DriverProbe.BEFORE_FETCH.set(
        id -> {
          ProcessHandle executor = cluster.executor(id);
          executor.destroyForcibly();
          executor.onExit().join();
        });
    finish(run, training, LARGE);
    assertThat(DriverProbe.LARGEST_FETCHED).hasValueGreaterThan(1 << 20);
    assertThat(DriverProbe.LOST_RESULTS).hasPositiveValue();
  }

  /** The last: its worker stays dead. */
  @Test
  @Order(4)
  void aWorkerKilledInMidRunDoesNotChangeTheBits() {
    Run run = Run.in(folder, Run.ADAM);
    try (Child child =
        run.start(cluster.master(), StandaloneCluster.options(BLOCKS_IN_FILES, SPECULATION))) {
      awaitStep(24, run, child);
      assertThat(cluster.executors(2)).isNotEmpty();
      cluster.killWorker(2);
      report("a worker", run, child);
      finish(run, child, Run.ADAM);
    }
  }

  @Test
  @Order(3)
  @Tag("chaos")
  void executorsKilledAgainAndAgainDoNotChangeTheBits() {
    Run run = Run.in(folder, Run.LONG_ADAM);
    try (Child child = run.start(cluster.master())) {
      awaitStep(24, run, child);
      cluster.killExecutors(1);
      report("one executor", run, child);
      awaitStep(72, run, child);
      cluster.killExecutors(2);
      report("the other executor", run, child);
      awaitStep(120, run, child);
      cluster.killExecutors(1);
      cluster.killExecutors(2);
      report("all executors", run, child);
      finish(run, child, Run.LONG_ADAM);
    }
  }

  @SafeVarargs
  private static CompletableFuture<CommandLineRun> train(Run run, Map<String, String>... settings) {
    DriverProbe.reset();
    Map<String, String> all = new HashMap<>(StandaloneCluster.driverHere());
    List.of(settings).forEach(all::putAll);
    return CompletableFuture.supplyAsync(() -> run.here(cluster.master(), all));
  }

  private static void await(
      String what, CompletableFuture<CommandLineRun> training, BooleanSupplier condition) {
    Await.until(what, Run.LIMIT, () -> training.isDone() || condition.getAsBoolean());
    if (training.isDone() && !condition.getAsBoolean()) {
      throw new AssertionError("no " + what + ": " + training.join().text());
    }
  }

  private static CommandLineRun finish(
      Run run, CompletableFuture<CommandLineRun> training, String text) {
    CommandLineRun end = training.join();
    assertThat(end.code()).as(end.text()).isZero();
    assertThat(run.sha()).isEqualTo(Run.undisturbed(text));
    return end;
  }

  private static void awaitStep(long step, Run run, Child child) {
    Run.await("checkpoint " + step, child, () -> run.committedStep() >= step);
  }

  /** Says how long it took from a kill to the second checkpoint after it. */
  private static void report(String killed, Run run, Child child) {
    long step = run.committedStep() + 16;
    Duration took = Run.await("checkpoint " + step, child, () -> run.committedStep() >= step);
    System.out.printf("killed %s: step %d after %d ms%n", killed, step, took.toMillis());
    assertThat(took).isLessThan(Duration.ofSeconds(90));
  }

  private static void finish(Run run, Child child, String text) {
    Child.Outcome outcome = child.await(Run.LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(run.sha()).isEqualTo(Run.undisturbed(text));
  }
}
