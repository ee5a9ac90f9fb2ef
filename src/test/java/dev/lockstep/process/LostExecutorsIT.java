package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.Failure;
import dev.lockstep.bench.AdamFit;
import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.engine.LostExecutors;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spark jobs wait for executors for ever; ours do not, as those of a round, once all are gone. */
final class LostExecutorsIT {
  private static final int STEPS = 200;
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir static Path base;

  @Test
  @Timeout(300)
  void jobsEndOnceAllExecutorsAreGone() {
    AtomicLong killed = new AtomicLong();
    try (GangGround ground = GangGround.start(base, 1, 8, Map.of());
        LostExecutors lost = LostExecutors.on(ground.spark(), LIMIT);
        Cluster jobs = ground.data().cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      ground.awaitExecutors(GangGround.WORKERS);
      Throwable thrown =
          catchThrowable(
              () ->
                  new AdamFit(STEPS)
                      .train(
                          jobs,
                          step -> {
                            if (step == 1) { // before the watch has looked even once
                              ground.cluster().killWorker(1);
                              ground.cluster().killWorker(2);
                              killed.set(System.nanoTime());
                            }
                          }));
      System.out.printf("ended after %d s%n", (System.nanoTime() - killed.get()) / 1_000_000_000L);
      Failure failure = Failure.of(thrown);
      System.out.println("no worker is left: " + failure.sentence());
      assertThat(failure.code()).isEqualTo(ExitCode.CLUSTER);
      assertThat(failure.sentence())
          .contains("all executors have been gone for 5 s")
          .contains("run the same command again");
    }
  }
}
