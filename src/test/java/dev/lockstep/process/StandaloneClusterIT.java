package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StandaloneClusterIT {
  @TempDir Path folder;

  @Test
  void startedWorkersAreAliveAndStoppedOnesGone() throws Exception {
    ProcessHandle worker;
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 2, 1, "512m")) {
      worker = cluster.worker(2);
      assertThat(worker.isAlive()).isTrue();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(cluster.page() + "/json/"))
              .timeout(Duration.ofSeconds(10))
              .build();
      String page = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      assertThat(page).contains("\"aliveworkers\" : 2", cluster.master());
    }
    worker.onExit().get();
    assertThat(worker.isAlive()).isFalse();
  }

  @Test
  void stopNeverKillsAProcessThatIsNotSparks() throws Exception {
    try (Child other = Child.start(folder, Map.of(), List.of("sleep", "60"))) {
      Files.writeString(folder.resolve("worker-1.pid"), "" + other.pid());
      Child.Outcome stop =
          Child.start(
                  Launcher.HOME,
                  Map.of("LOCKSTEP_CLUSTER_DIR", folder.toString()),
                  List.of("scripts/cluster", "stop"))
              .await(Duration.ofSeconds(30));
      assertThat(stop.exitCode()).isZero();
      assertThat(other.isAlive()).isTrue();
    }
  }
}
