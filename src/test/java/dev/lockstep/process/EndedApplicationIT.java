package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings whose Spark application is killed on the master's page. */
final class EndedApplicationIT {
  @TempDir static Path base;
  @TempDir Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start(base, 1, 2, "1g");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** A gang takes a step within a millisecond or two, hence many. */
  static Stream<String> trainings() {
    return Stream.of(Run.GANG.replace("epochs = 4", "epochs = 60"), Run.LONG_ADAM);
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void aKilledApplicationIsTheClustersFailureAndTheSameCommandGoesOn(String text) {
    Run run = Run.in(folder, text);
    try (Child child = run.start(cluster.master())) {
      Run.await("checkpoint", child, () -> run.committedStep() >= 24);
      cluster.killApplications();
      Child.Outcome outcome = child.await(Run.LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(75);
      // Which of several reasons a job gives is a race within Spark.
      assertThat(outcome.lastLine()).contains("the cluster failed", "run the same command again");
      System.out.println(outcome.lastLine());
    }
    run.finish(cluster.master());
    assertThat(run.sha()).isEqualTo(Run.undisturbed(text));
  }
}
