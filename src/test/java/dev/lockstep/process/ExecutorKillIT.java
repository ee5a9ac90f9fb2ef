package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers and executors of a standalone cluster killed in the middle of a training. */
final class ExecutorKillIT {
  @TempDir Path folder;

  @Test
  void aWorkerKilledInMidRunDoesNotChangeTheBits() {
    try (StandaloneCluster cluster =
            StandaloneCluster.start(folder.resolve("cluster"), 2, 1, "1g");
        Child child = run().start(cluster.master(), StandaloneCluster.SPECULATION)) {
      awaitStep(24, child);
      assertThat(cluster.executors(2)).isNotEmpty();
      cluster.killWorker(2);
      report("a worker", child);
      finish(child);
    }
  }

  @Test
  @Tag("chaos")
  void executorsKilledAgainAndAgainDoNotChangeTheBits() {
    try (StandaloneCluster cluster =
            StandaloneCluster.start(folder.resolve("cluster"), 2, 1, "1g");
        Child child = run().start(cluster.master())) {
      awaitStep(24, child);
      cluster.killExecutors(1);
      report("one executor", child);
      awaitStep(72, child);
      cluster.killExecutors(2);
      report("the other executor", child);
      awaitStep(120, child);
      cluster.killExecutors(1);
      cluster.killExecutors(2);
      report("all executors", child);
      finish(child);
    }
  }

  private Run run() {
    return Run.in(folder.resolve("run"), Run.ADAM);
  }

  private void awaitStep(long step, Child child) {
    Run run = new Run(folder.resolve("run"));
    Run.await("checkpoint " + step, child, () -> run.committedStep() >= step);
  }

  /** Says how long it took from a kill to the second checkpoint after it. */
  private void report(String killed, Child child) {
    Run run = new Run(folder.resolve("run"));
    long step = run.committedStep() + 16;
    Duration took = Run.await("checkpoint " + step, child, () -> run.committedStep() >= step);
    System.out.printf("killed %s: step %d after %d ms%n", killed, step, took.toMillis());
    assertThat(took).isLessThan(Duration.ofSeconds(90));
  }

  private void finish(Child child) {
    Child.Outcome outcome = child.await(Run.LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(new Run(folder.resolve("run")).sha()).isEqualTo(Run.undisturbed(Run.ADAM));
  }
}
