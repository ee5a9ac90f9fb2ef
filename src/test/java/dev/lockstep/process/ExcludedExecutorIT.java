package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.process.FaultyModel.Fault;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An executor that Spark excludes after a failure of a task: it lives, but gets no more tasks. */
final class ExcludedExecutorIT {
  private static final int STEPS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir static Path base;
  @TempDir Path faults;

  @Test
  @Timeout(300)
  void aGangGoesOnWithoutAnExecutorThatIsExcluded() {
    Map<String, String> settings = new HashMap<>();
    String classes = Launcher.HOME.resolve("target/test-classes") + ":" + Launcher.JAR;
    settings.putAll(Thrift.executorsWith(classes));
    settings.put("spark.excludeOnFailure.enabled", "true");
    settings.put("spark.excludeOnFailure.application.maxFailedTasksPerExecutor", "1");
    FaultyModel once = new FaultyModel(Fault.THROW, 1, faults.toString());
    try (GangGround ground = GangGround.start(base, 1, 8, settings)) {
      ground.awaitExecutors(GangGround.WORKERS);
      AdamFit fit = new AdamFit(STEPS);
      float[] undisturbed = ground.undisturbed(fit);
      try (Cluster jobs = ground.data().cluster(once, MetricSettings.DEFAULTS)) {
        assertThat(fit.train(jobs, step -> {})).isEqualTo(undisturbed);
      }
      Await.until("an excluded executor", LIMIT, () -> ground.data().slots() == 1);
      assertThat(ground.executors()).hasSize(GangGround.WORKERS);
      try (Cluster gang = ground.gang()) {
        assertThat(fit.train(gang, step -> {})).isEqualTo(undisturbed);
      }
    }
  }
}
