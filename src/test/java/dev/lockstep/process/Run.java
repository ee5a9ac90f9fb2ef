package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.app.CommandLineRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A run file and its output in a folder of their own, and what can be seen of them from outside.
 *
 * @param folder holds {@code run.conf} and {@code output}
 */
record Run(Path folder) {
  /**
   * 32 mini-batch steps an epoch, 128 in all, a checkpoint after each 8; a Spark job each, so that
   * there is time to disturb them.
   */
  static final String ADAM =
      """
      seed = 11
      engine { kind = job }
      data {
        source { format = synthetic, task = binary, rows = 20000, features = 10 }
        shards = 8
      }
      model { kind = logistic }
      optimizer { kind = adam, learning_rate = 0.02 }
      train { batch_size = 512, epochs = 4 }
      checkpoint { every_steps = 8 }
      """;

  /** The same with 256 steps, for those who kill often. */
  static final String LONG_ADAM = ADAM.replace("epochs = 4", "epochs = 8");

  /** The same as one long-lived Spark job. */
  static final String GANG = ADAM.replace("kind = job", "kind = gang");

  /** The same with gradients and parameters that travel as bf16. */
  static final String ROUNDED_GANG = ADAM.replace("kind = job", "kind = gang, exchange = bf16");

  /** A network with dropout: 32 steps an epoch, 96 in all, a checkpoint after each 8. */
  static final String NETWORK =
      """
      seed = 11
      data {
        source { format = synthetic, task = multiclass, rows = 20000, features = 40 }
        shards = 8
      }
      model { kind = mlp, hidden = [64, 32], dropout = 0.2, norm = batch, freeze = "0.bias", micro_batch = 48 }
      optimizer { kind = adam, learning_rate = 0.005 }
      train { batch_size = 512, epochs = 3 }
      checkpoint { every_steps = 8 }
      """;

  /** A full-batch solver. */
  static final String LBFGS =
      """
      seed = 11
      data {
        source { format = synthetic, task = multiclass, rows = 20000, features = 10 }
        shards = 8
      }
      model { kind = softmax }
      optimizer { kind = lbfgs }
      regularization { l2 = 1.0e-4 }
      train { epochs = 8 }
      """;

  /** How long a training of a test may take on a busy machine. */
  static final Duration LIMIT = Duration.ofMinutes(10);

  private static final Map<String, String> UNDISTURBED = new ConcurrentHashMap<>();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the run file into a new folder. */
  static Run in(Path folder, String text) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("run.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Run(folder);
  }

  /** The parameters of this run file trained on one core without any disturbance. */
  static String undisturbed(String text) {
    return UNDISTURBED.computeIfAbsent(
        text,
        key -> {
          try {
            Run run = in(Files.createTempDirectory("undisturbed"), key);
            run.finishHere("local[1]");
            return run.sha();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Runs this training in this JVM, with settings of Spark. */
  CommandLineRun here(String master, Map<String, String> settings, String... more) {
    return CommandLineRun.with(settings, command(master, more).toArray(String[]::new));
  }

  /** Trains to the end in this JVM. */
  CommandLineRun finishHere(String master) {
    CommandLineRun run = here(master, Map.of());
    assertThat(run.code()).as(run.text()).isZero();
    return run;
  }

  /** The training as a command line on a master, with more words. */
  List<String> command(String master, String... more) {
    List<String> words =
        new ArrayList<>(List.of("train", file().toString(), "--master", master, "--set"));
    words.add("output=" + output());
    words.addAll(Arrays.asList(more));
    return words;
  }

  /** Starts {@code scripts/lockstep} with this training on a master. */
  Child start(String master, String... more) {
    return Launcher.lockstep(folder, command(master, more).toArray(String[]::new));
  }

  /** Trains to the end through {@code scripts/lockstep}. */
  Child.Outcome finish(String master, String... more) {
    Child.Outcome outcome = start(master, more).await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome;
  }

  Path file() {
    return folder.resolve("run.conf");
  }

  Path output() {
    return folder.resolve("output");
  }

  /** What the finished run says of its parameters. */
  String sha() {
    return result().path("parameters_sha256").asText();
  }

  /** The loss of the finished run on its test rows. */
  double testLoss() {
    return result().at("/metrics/test/log_loss").asDouble();
  }

  private JsonNode result() {
    try {
      JsonNode result = JSON.readTree(output().resolve("result.json").toFile());
      assertThat(result.path("status").asText()).isEqualTo("finished");
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directories of checkpoints, committed or not, in order of their steps. */
  List<Path> checkpoints() {
    return checkpoints(output());
  }

  private static List<Path> checkpoints(Path output) {
    Path directory = output.resolve("checkpoints");
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(directory)) {
      return found.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The highest step of a committed checkpoint, 0 without one. */
  long committedStep() {
    return committedStep(output());
  }

  /** The highest step of a committed checkpoint of the run at {@code output}, 0 without one. */
  static long committedStep(Path output) {
    return checkpoints(output).stream()
        .filter(path -> Files.exists(path.resolve("MANIFEST.json")))
        .mapToLong(Run::stepOf)
        .max()
        .orElse(0);
  }

  /** The highest step whose checkpoint was begun, 0 without one. */
  long begunStep() {
    return checkpoints().stream().mapToLong(Run::stepOf).max().orElse(0);
  }

  /**
   * Waits until a condition holds.
   *
   * @return how long it took
   * @throws AssertionError if {@code child} ends first, or {@link #LIMIT} passes
   */
  static Duration await(String what, Child child, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      boolean over = !child.isAlive() || waited.compareTo(LIMIT) > 0;
      if (over && !condition.getAsBoolean()) {
        throw new AssertionError(
            "no " + what + " within " + waited + ": " + String.join("\n", child.lines()));
      }
      LockSupport.parkNanos(1_000_000);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static long stepOf(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().split("-")[1]);
  }
}
