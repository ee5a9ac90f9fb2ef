package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.glm.Logistic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executors hold of engines that were opened and closed, as the trials of a study are. */
final class ExecutorWorkersIT {
  private static final int CORES = 2;
  private static final int SHARDS = 8;
  private static final int OPENINGS = 5;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path folder;

  @Test
  void executorsHoldTheWorkersOfOpenEnginesAlone() {
    try (GangGround ground = GangGround.start(folder, CORES, SHARDS, Map.of());
        Cluster open = ground.data().cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      AdamFit fit = new AdamFit(3);
      float[] first = fit.train(open, step -> {});
      for (int i = 0; i < OPENINGS; i++) {
        try (Cluster gang = ground.gang()) {
          assertThat(fit.train(gang, step -> {})).isEqualTo(first);
        }
        assertThat(ground.undisturbed(3)).isEqualTo(first);
      }
      for (String executor : ground.executors()) {
        long pid = ground.cluster().executor(executor).pid();
        Await.until(
            "only the open engine's workers on executor " + executor,
            LIMIT,
            () -> workers(pid) <= CORES);
        assertThat(workers(pid)).isPositive();
      }
    }
  }

  /** How many workers a JVM holds, after a collection of garbage. */
  private static long workers(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    List<String> command = List.of(jcmd, "" + pid, "GC.class_histogram");
    try (Child child = Child.start(Launcher.HOME, Map.of(), command)) {
      Child.Outcome outcome = child.await(LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isZero();
      // num: instances bytes class (module)
      return outcome.out().stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length > 3 && words[3].equals(ShardWorker.class.getName()))
          .mapToLong(words -> Long.parseLong(words[1]))
          .sum();
    }
  }
}
