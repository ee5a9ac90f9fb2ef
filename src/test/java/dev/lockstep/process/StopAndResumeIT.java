package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.CommandLineRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two attempts at one run, SIGTERM, and what may not have changed when the run goes on. */
final class StopAndResumeIT {
  private static final String TEXT =
      """
      seed = 11
      data { source { format = csv, path = "%s" }, shards = 4 }
      model { kind = linear }
      optimizer { kind = adam, learning_rate = 0.02 }
      train { batch_size = 32, epochs = 5 }
      checkpoint { every_steps = 10 }
      tune { token = %s }
      """;

  private static final String SECRET = "hunter2-planted";

  /** With every word that a log can have, and a secret in Spark's settings. */
  private static final String[] TALKATIVE = {
    "--verbose", "--conf", "spark.hadoop.fs.s3a.secret.key=" + SECRET
  };

  @TempDir Path folder;

  @Test
  void oneOfTwoRunsAStoppedRunGoesOnAndAFinishedOneStays() throws IOException {
    Path table = table();
    String text = TEXT.formatted(table, SECRET);
    Run run = Run.in(folder.resolve("run"), text);
    stopOneOfTwo(run);
    changedConfigurationAndDamage(run);
    changedInput(run, table);

    long committed = run.committedStep();
    assertThat(run.finishHere("local[2]").text()).contains("resumed at step " + committed);
    assertThat(run.sha()).isEqualTo(Run.undisturbed(text));

    Map<Path, FileTime> before = files(run.output());
    assertThat(run.finishHere("local[2]").text()).contains("already finished", "nothing to do");
    assertThat(files(run.output())).isEqualTo(before);
    for (Path file : before.keySet()) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    }
  }

  @Test
  void aStopDuringPreparationEndsAtOnceAndLeavesNoLocalFiles() throws IOException {
    Path local = Files.createDirectories(folder.resolve("local"));
    EventLog events = EventLog.in(folder.resolve("events"));
    String endless = "data.source.rows=200000000";
    Run run = Run.in(folder.resolve("preparing"), Run.ADAM);
    List<String> words = run.command("local[2]", "--set", endless, "--result-file", "result.json");
    try (Child child =
        Launcher.lockstep(run.folder(), events.environment(local), words.toArray(String[]::new))) {
      events.awaitJob(child);
      assertThat(EventLog.list(local)).isNotEmpty();
      child.terminate();
      Child.Outcome stopped = child.await(Run.LIMIT);
      assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(143);
      assertThat(stopped.text())
          .contains("stopped by SIGTERM")
          .doesNotContain("error:", "this step");
    }
    assertThat(EventLog.list(local)).isEmpty();
    assertThat(run.folder().resolve("result.json"))
        .content()
        .contains("\"exit_code\" : 143", "stopped");
    assertThat(run.checkpoints()).isEmpty();
  }

  private static void stopOneOfTwo(Run run) {
    try (Child one = run.start("local[2]", TALKATIVE);
        Child two = run.start("local[2]", TALKATIVE)) {
      Child loser = firstToEnd(one, two);
      Child winner = loser == one ? two : one;
      Child.Outcome lost = loser.await(Run.LIMIT);
      assertThat(lost.exitCode()).as(lost.text()).isEqualTo(73);
      assertThat(lost.lastLine()).contains("another attempt owns the run");
      winner.awaitLine("^epoch 1:", Run.LIMIT);
      winner.terminate();
      Child.Outcome stopped = winner.await(Run.LIMIT);
      assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(143);
      assertThat(stopped.text())
          .contains("stopped at step %d, checkpoint written".formatted(run.committedStep()))
          .doesNotContain(SECRET);
      assertThat(run.committedStep()).isPositive();
      assertThat(run.output().resolve("report.html")).content().contains("\"status\":\"stopped\"");
    }
  }

  private static Child firstToEnd(Child one, Child two) {
    Run.await("second attempt's end", one, () -> !one.isAlive() || !two.isAlive());
    return one.isAlive() ? two : one;
  }

  private void changedConfigurationAndDamage(Run run) throws IOException {
    Path copy = folder.resolve("damaged");
    copy(run.output(), copy);
    for (Path checkpoint : run.checkpoints()) {
      Path state = copy.resolve("checkpoints").resolve(checkpoint.getFileName());
      flipAByte(state.resolve("state.safetensors"));
    }
    Map<Path, FileTime> before = files(run.output());
    CommandLineRun changed =
        run.here("local[2]", Map.of(), "--set", "seed=12", "--set", "train.epochs=7");
    assertThat(changed.code()).as(changed.text()).isEqualTo(78);
    assertThat(changed.text()).contains("seed was 11, is 12", "train.epochs was 5, is 7");
    CommandLineRun damaged = run.here("local[2]", Map.of(), "--set", "output=" + copy);
    assertThat(damaged.code()).as(damaged.text()).isEqualTo(76);
    assertThat(damaged.text()).contains("state.safetensors");
    assertThat(files(run.output().resolve("checkpoints")))
        .isEqualTo(within(before, run.output().resolve("checkpoints")));
  }

  private static void changedInput(Run run, Path table) throws IOException {
    byte[] bytes = Files.readAllBytes(table);
    FileTime modified = Files.getLastModifiedTime(table);
    Files.writeString(table, "0.5,0.5,1\n", StandardOpenOption.APPEND);
    CommandLineRun outcome = run.here("local[2]", Map.of());
    assertThat(outcome.code()).as(outcome.text()).isEqualTo(65);
    assertThat(outcome.last()).contains(table.getFileName().toString(), "changed");
    Files.write(table, bytes);
    Files.setLastModifiedTime(table, modified);
  }

  private Path table() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder text = new StringBuilder("a,b,label\n");
    for (int row = 0; row < 4000; row++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      text.append(a).append(',').append(b).append(',').append(a - 2 * b).append('\n');
    }
    return Files.writeString(folder.resolve("table.csv"), text);
  }

  private static void flipAByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  private static Map<Path, FileTime> within(Map<Path, FileTime> files, Path directory) {
    Map<Path, FileTime> within = new TreeMap<>(files);
    within.keySet().removeIf(path -> !path.startsWith(directory));
    return within;
  }

  private static Map<Path, FileTime> files(Path directory) throws IOException {
    Map<Path, FileTime> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        files.put(path, Files.getLastModifiedTime(path));
      }
    }
    return files;
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Files.copy(
            path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
