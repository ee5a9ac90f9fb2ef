package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network has the same bits whatever it runs on, and needs its jar on a cluster. */
final class NetworkRunsIT {
  static final Path NATIVES = Launcher.JAR.resolveSibling("lockstep-torch-linux-x86_64.jar");

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
  void tasksAndEnginesDoNotChangeTheBits() {
    String expected = Run.undisturbed(Run.NETWORK);
    assertThat(expected).matches("[0-9a-f]{64}");
    String job = Run.NETWORK + "engine { kind = job }";
    for (String text : new String[] {Run.NETWORK, job}) {
      Run run = Run.in(folder.resolve("of" + text.length()), text);
      run.finishHere("local[2]");
      assertThat(run.sha()).as(text).isEqualTo(expected);
    }
  }

  @Test
  void aClusterWithoutTheNativesIsToldWhichJarToAdd() {
    Child.Outcome outcome = Run.in(folder, Run.NETWORK).start(cluster.master()).await(Run.LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(78);
    assertThat(outcome.text()).contains("model.kind needs libtorch", "--jars " + NATIVES);
  }

  @Test
  void anExecutorKilledInMidRunDoesNotChangeTheBits() {
    Run run = Run.in(folder, Run.NETWORK);
    try (Child child = run.start(cluster.master(), "--jars", NATIVES.toString())) {
      Run.await("checkpoint 16", child, () -> run.committedStep() >= 16);
      cluster.killExecutors(1);
      Child.Outcome outcome = child.await(Run.LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    }
    assertThat(run.sha()).isEqualTo(Run.undisturbed(Run.NETWORK));
  }
}
