package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/cluster} beside other programs. */
final class ClusterScriptTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void aPortWhoseProgramTakesNoConnectionIsAnothersAndNotWaitedFor() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      while (connects(busy, waiting)) {
        assertThat(waiting).as("connections that nobody accepts").hasSizeLessThan(100);
      }
      Child.Outcome outcome =
          Child.start(
                  folder,
                  Map.of(
                      "LOCKSTEP_CLUSTER_DIR",
                      folder.toString(),
                      "LOCKSTEP_MASTER_PORT",
                      "" + busy.getLocalPort()),
                  List.of(Launcher.HOME.resolve("scripts/cluster").toString(), "start"))
              .await(LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(73);
      assertThat(outcome.lastLine())
          .isEqualTo(
              "cluster: another program listens on port %d: set LOCKSTEP_MASTER_PORT"
                  .formatted(busy.getLocalPort()));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void whatStartsNoWorkerIsRefusedBeforeAnythingStarts() {
    for (List<String> wrong :
        List.of(
            List.of("--workers", "abc"),
            List.of("--workers", "0"),
            List.of("--cores", "two"),
            List.of("--memory", "much"))) {
      Child.Outcome outcome = cluster(Map.of(), "start", wrong.get(0), wrong.get(1));
      assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(64);
      assertThat(outcome.lastLine())
          .startsWith("cluster: " + wrong.get(0) + " must be ")
          .endsWith(", is " + wrong.get(1));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDaemonIsKnownByItsWholeCommandLine() throws IOException {
    Path file = folder.resolve("master.pid");
    String master = "org.apache.spark.deploy.master.Master";
    Process daemon =
        new ProcessBuilder("bash", "-c", "sleep 60; :", "x".repeat(500), master).start();
    try {
      Files.writeString(file, daemon.pid() + "\n");
      Map<String, String> narrow = Map.of("COLUMNS", "40");
      assertThat(cluster(narrow, "start").exitCode()).isEqualTo(73);
      assertThat(file).exists();
      assertThat(cluster(narrow, "stop").exitCode()).isZero();
      assertThat(daemon.onExit().join().exitValue()).isNotZero();
      assertThat(file).doesNotExist();
    } finally {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly();
    }
  }

  @Test
  void aPidThatAnotherProgramHasByNowIsLeftAlone() throws IOException {
    Path file = folder.resolve("worker-1.pid");
    Files.writeString(file, ProcessHandle.current().pid() + "\n");
    assertThat(cluster(Map.of(), "stop").exitCode()).isZero();
    assertThat(file).doesNotExist();
  }

  private Child.Outcome cluster(Map<String, String> env, String... words) {
    List<String> command = new ArrayList<>(List.of("env", "LOCKSTEP_CLUSTER_DIR=" + folder));
    env.forEach((name, value) -> command.add(name + "=" + value));
    command.add(Launcher.HOME.resolve("scripts/cluster").toString());
    command.addAll(List.of(words));
    return Child.start(folder, Map.of(), command).await(LIMIT);
  }

  private static boolean connects(ServerSocket busy, List<Socket> waiting) throws IOException {
    Socket socket = new Socket();
    waiting.add(socket);
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.getByName("127.0.0.1"), busy.getLocalPort()), 500);
      return true;
    } catch (SocketTimeoutException e) {
      return false; // what is meant to happen: nobody accepts
    }
  }
}
