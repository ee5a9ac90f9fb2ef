package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Studies through the command line: what they find, keep, continue and refuse. */
class TuneIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BASE =
      """
      name = study
      seed = 7
      data {
        source { format = synthetic, task = binary, rows = 600, features = 6, noise = 0.3 }
        split { validation = 0, test = 0.2 }
      }
      model = { kind = logistic }
      optimizer = { kind = adam, learning_rate = 0.05 }
      train { epochs = 6, batch_size = 50 }
      """;

  private static final String GRID =
      """
      tune {
        strategy { kind = grid }
        space {
          "optimizer.learning_rate" = [0.001, 0.1]
          "train.batch_size" = [40, 80]
        }
        metric = log_loss, folds = 3
      }
      """;

  @TempDir private Path folder;

  @Test
  void theBestConfigurationIsTrainedAsIfTheRunFileHadIt() throws IOException {
    CommandLineRun first = tune("grid", GRID);
    assertThat(first.code()).as(first.text()).isZero();
    JsonNode result = studies().result("grid");
    assertThat(result.path("status").asText()).isEqualTo("finished");
    assertThat(result.path("study").path("trials").asInt()).isEqualTo(4);
    JsonNode best = result.path("best");
    assertThat(best.path("folds")).hasSize(3);
    assertThat(best.path("configuration").path("optimizer.learning_rate").asDouble())
        .isEqualTo(0.1);
    assertThat(first.out()).contains("best of 4 trials: trial " + best.path("trial").asInt());

    CommandLineRun two = tune("two", GRID.replace("folds = 3", "folds = 3, parallel = 2"));
    assertThat(two.code()).as(two.text()).isZero();
    assertThat(studies().result("two").path("best")).isEqualTo(best);

    CommandLineRun again = tune("grid", GRID);
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("already finished");

    CommandLineRun over =
        CommandLineRun.of(
            "train", studies().write("over", BASE), "--set", "output=" + folder.resolve("grid"));
    assertThat(over.code()).isEqualTo(78);
    assertThat(over.err()).contains("holds a study");

    CommandLineRun plain =
        CommandLineRun.of(
            "train",
            studies().write("plain", BASE),
            "--set",
            "optimizer.learning_rate=0.1",
            "--set",
            "train.batch_size=" + best.path("configuration").path("train.batch_size").asInt(),
            "--set",
            "output=" + folder.resolve("plain"));
    assertThat(plain.code()).as(plain.text()).isZero();
    assertThat(studies().result("plain").path("parameters_sha256"))
        .isEqualTo(result.path("parameters_sha256"));
  }

  @Test
  void aStudyWhoseJournalEndsAnywhereGoesOnToTheSameEnd() throws IOException {
    CommandLineRun whole = tune("whole", GRID);
    assertThat(whole.code()).as(whole.text()).isZero();
    List<Path> events = files(folder.resolve("whole/study/journal"));
    for (int kept : new int[] {1, 2, events.size() - 1}) {
      String name = "cut" + kept;
      copy(folder.resolve("whole/study"), folder.resolve(name + "/study"));
      Files.copy(folder.resolve("whole/run.json"), folder.resolve(name + "/run.json"));
      for (Path event :
          files(folder.resolve(name + "/study/journal")).subList(kept, events.size())) {
        Files.delete(event);
      }
      CommandLineRun rest = tune(name, GRID);
      assertThat(rest.code()).as(rest.text()).isZero();
      assertThat(studies().result(name).path("best"))
          .as(name)
          .isEqualTo(studies().result("whole").path("best"));
      assertThat(studies().result(name).path("parameters_sha256"))
          .isEqualTo(studies().result("whole").path("parameters_sha256"));
      assertThat(files(folder.resolve(name + "/study/journal"))).hasSameSizeAs(events);
    }
  }

  @Test
  void moreTrialsContinueAFinishedStudyAndTrainItsNewBest() throws IOException {
    String random =
        """
        tune {
          strategy { kind = random }
          space { "optimizer.learning_rate" = { log_uniform = [1e-5, 0.3] } }
          metric = log_loss, folds = 2, trials = %d
        }
        """;
    CommandLineRun few = tune("more", random.formatted(2));
    assertThat(few.code()).as(few.text()).isZero();
    CommandLineRun more = tune("more", random.formatted(6));
    assertThat(more.code()).as(more.text()).isZero();
    CommandLineRun fresh = tune("fresh", random.formatted(6));
    assertThat(fresh.code()).as(fresh.text()).isZero();
    assertThat(studies().result("more").path("study").path("trials").asInt()).isEqualTo(6);
    assertThat(studies().result("more").path("best"))
        .isEqualTo(studies().result("fresh").path("best"));
    assertThat(studies().result("more").path("parameters_sha256"))
        .isEqualTo(studies().result("fresh").path("parameters_sha256"));
    CommandLineRun other = tune("more", random.formatted(6).replace("0.3", "0.4"));
    assertThat(other.code()).isEqualTo(78);
    assertThat(other.err()).contains("0.3", "0.4");
  }

  @Test
  void aTrialThatDivergesOrCannotBeTrainedIsAResult() throws IOException {
    CommandLineRun run =
        tune(
            "diverged",
            """
            tune {
              strategy { kind = manual, configurations = [
                { "optimizer" = { kind = sgd, learning_rate = 1e300 } }
                { "optimizer.learning_rate" = 0.05 }
              ] }
              metric = log_loss, folds = 2
            }
            """);
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.out()).contains("trial 0: diverged");
    assertThat(studies().result("diverged").path("best").path("trial").asInt()).isEqualTo(1);
  }

  @Test
  void foldsStopEarlyWithoutValidationRowsAndTheRefitTakesTheirMedian() throws IOException {
    String early = "train { epochs = 60, early_stopping { patience = 2, min_delta = 0.002 } }\n";
    CommandLineRun run = tune("early", early + GRID);
    assertThat(run.code()).as(run.text()).isZero();
    int epochs = studies().result("early").path("epochs").asInt();
    assertThat(epochs).isBetween(1, 59);
    assertThat(studies().result("early").path("ending").asText()).isEqualTo("finished");
    CommandLineRun plain =
        CommandLineRun.of("train", studies().write("plain", BASE + early + GRID));
    assertThat(plain.code()).isEqualTo(78);
    assertThat(plain.err()).contains("only lockstep tune can watch its folds");
  }

  @Test
  void halvingStopsTheLosersAndFoldsMayBeEncodedForThemselves() throws IOException {
    CommandLineRun run =
        tune(
            "halving",
            """
            tune {
              strategy { kind = halving, min_epochs = 1, max_epochs = 9, eta = 3 }
              space { "optimizer.learning_rate" = { log_uniform = [1e-4, 0.3] } }
              metric = log_loss, folds = 2, encode = per_fold
            }
            """);
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.out()).contains("pruned").contains("finished");
    assertThat(studies().result("halving").path("epochs").asInt()).isEqualTo(9);
  }

  @Test
  void theValidationRowsMayJudgeInPlaceOfFolds() throws IOException {
    String text =
        BASE.replace("validation = 0", "validation = 0.25")
            + GRID.replace("folds = 3", "folds = 1");
    CommandLineRun none = tune("none", GRID.replace("folds = 3", "folds = 1"));
    assertThat(none.code()).isEqualTo(78);
    assertThat(none.err()).contains("data.split.validation");
    CommandLineRun run = studies().tune("validation", text, "--no-refit");
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(studies().result("validation").path("study").path("refit").asBoolean()).isFalse();
    assertThat(folder.resolve("validation/model")).doesNotExist();
    CommandLineRun refitted = studies().tune("validation", text);
    assertThat(refitted.code()).as(refitted.text()).isZero();
    assertThat(folder.resolve("validation/model/MANIFEST.json")).exists();
  }

  @ParameterizedTest
  @CsvSource({"search-grid, 9", "search-random, 9", "search-bayes, 20"})
  void theExamplesOfStudiesRunToTheirEnd(String example, int trials) throws IOException {
    String output = "output=" + folder.resolve(example);
    String file = "conf/" + example + ".conf";
    CommandLineRun run = CommandLineRun.of("tune", file, "--master", "local[2]", "--set", output);
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(studies().result(example).path("study").path("trials").asInt()).isEqualTo(trials);
    assertThat(studies().result(example).path("metrics").path("test").path("accuracy").asDouble())
        .isGreaterThan(0.75);
    assertThat(folder.resolve(example).resolve("report.html")).isNotEmptyFile();
    if (example.equals("search-random")) {
      assertThat(run.out()).contains("warning: ").contains("9");
    }
  }

  @Test
  void whatIsWrongWithASpaceIsSaidBeforeAnythingTrains() throws IOException {
    CommandLineRun run =
        tune(
            "wrong",
            """
            tune {
              strategy { kind = grid }
              space {
                "optimizer.learning_rte" = [0.1]
                "train.batch_size" = [10, ten]
                "regularization.l2" = [-1, 0.1]
                "seed" = [1, 2]
              }
              metric = log_loss
            }
            """);
    assertThat(run.code()).isEqualTo(78);
    assertThat(run.err())
        .contains("learning_rte", "learning_rate")
        .contains("train.batch_size", "ten")
        .contains("regularization.l2")
        .contains("seed");
    assertThat(folder.resolve("wrong/study")).doesNotExist();
  }

  @Test
  void aStudyBeginsWhereItsResultFileTellsOfAFailure() throws IOException {
    Path result = Files.createDirectories(folder.resolve("retry")).resolve("result.json");
    Files.writeString(result, "{\"status\": \"failed\", \"exit_code\": 78}");
    CommandLineRun run = studies().tune("retry", BASE + GRID, "--result-file", result.toString());
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(studies().result("retry").path("study").path("trials").asInt()).isEqualTo(4);
  }

  private StudyFolder studies() {
    return new StudyFolder(folder);
  }

  private CommandLineRun tune(String name, String tune) throws IOException {
    return studies().tune(name, BASE + tune);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Path target = to.resolve(from.relativize(file).toString());
              Files.createDirectories(target.getParent());
              Files.copy(file, target);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
