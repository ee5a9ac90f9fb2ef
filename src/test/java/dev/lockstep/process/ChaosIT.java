package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes killed in the middle of a training: the same command again, or the training itself,
 * ends with the bits of an undisturbed run. {@code -Dlockstep.kills=20} kills the driver that
 * often.
 */
final class ChaosIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int KILLS = Integer.getInteger("lockstep.kills", 3);
  private static final int KILLED = 128 + 9;
  private static final int TERMINATED = 143;

  @TempDir static Path folder;
  private static String undisturbed;
  private static Duration took;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    Files.writeString(
        folder.resolve("run.conf"),
        """
        name = chaos
        seed = 11
        data { source { format = synthetic, task = binary, rows = 20000, features = 10 } }
        model { kind = logistic }
        optimizer { kind = adam, learning_rate = 0.01 }
        train { batch_size = 256, epochs = 8 }
        checkpoint { every_epochs = 1, keep = 2 }
        """);
    took = succeed(train("undisturbed", "local[2]")).took();
    undisturbed = sha("undisturbed");
  }

  @Test
  void aDriverKilledAtRandomMomentsAndStartedAgainKeepsEveryBit() throws IOException {
    long seed = Long.getLong("lockstep.seed", System.nanoTime());
    System.out.println("seed of the kills: " + seed);
    Random random = new Random(seed);
    int run = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try (Child child = train("killed-" + run, "local[2]")) {
        child.awaitEnd(Duration.ofMillis(random.nextLong(took.toMillis())));
        child.kill();
        Child.Outcome outcome = child.await(LIMIT);
        assertThat(outcome.exitCode()).as(outcome.text()).isIn(0, KILLED);
        if (outcome.exitCode() == 0) {
          assertThat(sha("killed-" + run)).isEqualTo(undisturbed);
          run++;
        }
      }
    }
    succeed(train("killed-" + run, "local[2]"));
    assertThat(sha("killed-" + run)).isEqualTo(undisturbed);
  }

  @Test
  void sigtermLeavesACheckpointAndTheSameCommandContinues() throws IOException {
    Child child = train("terminated", "local[2]");
    child.awaitLine("epoch 2:", LIMIT);
    child.terminate();
    assertThat(child.await(LIMIT).exitCode()).isEqualTo(TERMINATED);
    Child.Outcome resumed = succeed(train("terminated", "local[2]"));
    assertThat(resumed.text()).contains("resumed at step");
    assertThat(sha("terminated")).isEqualTo(undisturbed);
  }

  @Test
  void aSecondAttemptOnALiveRunIsRefused() {
    try (Child first = train("twice", "local[1]", "--set", "train.epochs=100000")) {
      first.awaitLine("epoch 1:", LIMIT);
      Child.Outcome second =
          train("twice", "local[1]", "--set", "train.epochs=100000").await(LIMIT);
      assertThat(second.exitCode()).as(second.text()).isEqualTo(73);
      first.terminate();
      assertThat(first.await(LIMIT).exitCode()).isEqualTo(TERMINATED);
    }
  }

  @Test
  void aFinishedRunIsLeftAlone() throws IOException {
    Path model = folder.resolve("undisturbed/model/model.safetensors");
    byte[] before = Files.readAllBytes(model);
    Child.Outcome again = succeed(train("undisturbed", "local[2]"));
    assertThat(again.text()).contains("already finished");
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void aWorkerKilledInTheMiddleCostsNoBit() throws IOException {
    try (StandaloneCluster cluster =
            StandaloneCluster.start(folder.resolve("cluster"), 2, 1, "1g");
        Child child = train("cluster", cluster.master())) {
      child.awaitLine("epoch 2:", LIMIT);
      assertThat(cluster.executors(2)).as("executors of worker 2").isNotEmpty();
      cluster.killWorker(2);
      succeed(child);
      assertThat(sha("cluster")).isEqualTo(undisturbed);
    }
  }

  private static Child train(String output, String master, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("train", "run.conf", "--set", "output=" + output, "--master", master));
    args.addAll(List.of(more));
    return Launcher.lockstep(folder, args.toArray(String[]::new));
  }

  private static Child.Outcome succeed(Child child) {
    Child.Outcome outcome = child.await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome;
  }

  private static String sha(String output) throws IOException {
    Path result = folder.resolve(output + "/result.json");
    return new ObjectMapper().readTree(result.toFile()).get("parameters_sha256").asText();
  }
}
