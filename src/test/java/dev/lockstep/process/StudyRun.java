package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.CommandLineRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A study's run file and its output in a folder of their own, and what can be seen of them from
 * outside.
 *
 * @param folder holds {@code run.conf} and {@code output}
 */
record StudyRun(Path folder) {
  /**
   * Two waves of six trials in two folds, some of them pruned, some stopped early, a Spark job a
   * step, so that there is time to disturb them.
   */
  static final String TEXT =
      """
      seed = 11
      engine { kind = job }
      data {
        source { format = synthetic, task = binary, rows = 4000, features = 10, noise = 0.3 }
        split { validation = 0, test = 0.2 }
        shards = 4
      }
      model { kind = logistic }
      optimizer { kind = adam, learning_rate = 0.02 }
      schedule { kind = cosine }
      train {
        batch_size = 400, epochs = 16
        early_stopping { metric = log_loss, patience = 3, restore_best = true }
      }
      checkpoint { every_epochs = 1 }
      tune {
        strategy { kind = random }
        space { "optimizer.learning_rate" = { log_uniform = [1e-3, 3] } }
        pruner { kind = median, startup_trials = 3, warmup_epochs = 4, every_epochs = 4 }
        metric = log_loss, folds = 2, trials = 12, together = 6
      }
      """;

  /** What may differ: times, and how many cohorts train at a time. */
  private static final Set<String> FREE =
      Set.of("seconds", "study_seconds", "checksum", "parallel");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the run file into a new folder. */
  static StudyRun in(Path folder, String text) {
    return new StudyRun(Run.in(folder, text).folder());
  }

  /** The study as a command line, with more words. */
  List<String> command(String... more) {
    List<String> words =
        new ArrayList<>(List.of("tune", folder.resolve("run.conf").toString(), "--master"));
    words.addAll(List.of("local[2]", "--set", "output=" + output()));
    words.addAll(List.of(more));
    return words;
  }

  /** Starts {@code scripts/lockstep} with this study. */
  Child start(Map<String, String> env, String... more) {
    return Launcher.lockstep(folder, env, command(more).toArray(String[]::new));
  }

  /** Searches to the end in this JVM. */
  CommandLineRun finishHere() {
    CommandLineRun run = CommandLineRun.with(Map.of(), command().toArray(String[]::new));
    assertThat(run.code()).as(run.text()).isZero();
    return run;
  }

  Path output() {
    return folder.resolve("output");
  }

  /** The files of the journal, in order. */
  List<Path> journalFiles() {
    return files("study/journal", ".json");
  }

  /** The manifests of committed checkpoints of cohorts. */
  List<Path> checkpoints() {
    return files("study/cohorts", "MANIFEST.json");
  }

  private List<Path> files(String directory, String ending) {
    if (!Files.isDirectory(output().resolve(directory))) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(output().resolve(directory))) {
      return all.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // a directory was deleted meanwhile
    }
  }

  /** Every event of the journal that decides, without what may differ. */
  List<JsonNode> decisions() {
    List<JsonNode> events = new ArrayList<>();
    for (Path file : journalFiles()) {
      JsonNode event = read(file);
      if (!event.path("event").asText().equals("time_spent")) {
        fixed(event);
        events.add(event);
      }
    }
    return events;
  }

  private static void fixed(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(FREE);
    }
    node.forEach(StudyRun::fixed);
  }

  /** What the finished study says. */
  JsonNode result() {
    JsonNode result = read(output().resolve("result.json"));
    assertThat(result.path("status").asText()).isEqualTo("finished");
    return result;
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Holds this study, which was disturbed, to one that was not. */
  void isLike(StudyRun undisturbed) {
    assertThat(decisions()).containsExactlyElementsOf(undisturbed.decisions());
    assertThat(result().path("best")).isEqualTo(undisturbed.result().path("best"));
    assertThat(result().path("parameters_sha256"))
        .isEqualTo(undisturbed.result().path("parameters_sha256"));
    assertThat(checkpoints()).isEmpty();
  }
}
