package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
