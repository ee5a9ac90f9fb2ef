package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Train once on a small table with categories and missing values, then everything around it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsIT {
  @TempDir private static Path folder;

  private Path runFile;
  private CommandLineRun trained;

  @BeforeAll
  void train() throws IOException {
    trained = SmallTable.train(folder);
    runFile = folder.resolve("run.conf");
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aTrainingLeavesItsResultInTheFile() throws IOException {
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    assertThat(result.path("exit_code").asInt(-1)).isZero();
    assertThat(result.path("metrics").path("test").path("auc").asDouble()).isGreaterThan(0.7);
    assertThat(trained.out()).contains(result.path("parameters_sha256").asText());
  }

  @Test
  void aResultFileThatCannotBeWrittenIsToldBeforeAnythingRuns() throws IOException {
    for (String[] wrong :
        new String[][] {
          {"gs://bucket/result.json", "78"},
          {file("table.csv/result.json"), "78"},
          {folder.toString(), "78"},
        }) {
      CommandLineRun run =
          lockstep("train", runFile.toString(), "--result-file", wrong[0], "--set", "output=/x");
      assertThat(run.code()).as(run.err()).isEqualTo(Integer.parseInt(wrong[1]));
      assertThat(run.out()).doesNotContain("rows:");
    }
  }

  @Test
  void aFinishedRunDoesNothing() {
    CommandLineRun again = lockstep("train", runFile.toString());
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("already finished");
  }

  @Test
  void anotherConfigurationIsToldWithEachDifferenceBeforeTheDataIsRead() throws IOException {
    Path output = folder.resolve("interrupted");
    Files.createDirectories(output);
    Files.copy(folder.resolve("run/run.json"), output.resolve("run.json"));
    CommandLineRun changed =
        lockstep(
            "train",
            runFile.toString(),
            "--set",
            "output=" + output,
            "--set",
            "seed=12",
            "--set",
            "data.source.path=" + file("nowhere.csv"));
    assertThat(changed.code()).as(changed.err()).isEqualTo(78);
    assertThat(changed.err())
        .contains(
            "resume with changed configuration: seed was 0, is 12",
            "data.source.path was \"" + file("table.csv"),
            "is \"" + file("nowhere.csv"));
    CommandLineRun finished = lockstep("train", runFile.toString(), "--set", "seed=12");
    assertThat(finished.code()).isEqualTo(78);
    assertThat(finished.last()).contains("holds the finished run", "seed was 0, is 12");
  }

  @Test
  void aResultWithoutItsRunIsAnIntegrityError() throws IOException {
    Path output = Files.createDirectories(folder.resolve("headless"));
    Files.copy(folder.resolve("run/result.json"), output.resolve("result.json"));
    CommandLineRun run = lockstep("train", runFile.toString(), "--set", "output=" + output);
    assertThat(run.code()).as(run.err()).isEqualTo(76);
    assertThat(run.last()).contains("headless/run.json: is missing beside result.json");
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void evaluateOfTheTestRowsAgreesWithTraining() throws IOException {
    JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    CommandLineRun run =
        lockstep(
            "evaluate", runFile.toString(), "--split", "test", "--result-file", file("e.json"));
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode evaluated = new ObjectMapper().readTree(folder.resolve("e.json").toFile());
    for (String metric : List.of("auc", "accuracy")) {
      assertThat(evaluated.path("metrics").path("test").path(metric).asDouble())
          .isEqualTo(result.path("metrics").path("test").path(metric).asDouble());
    }
    JsonNode confusion = evaluated.path("metrics").path("test").path("confusion");
    assertThat(confusion).isEqualTo(result.path("metrics").path("test").path("confusion"));
    assertThat(confusion.get(0).get(0).asInt() + confusion.get(1).get(1).asInt())
        .isEqualTo(
            (int)
                Math.rint(60 * evaluated.path("metrics").path("test").path("accuracy").asDouble()));
    assertThat(evaluated.path("same_split").asBoolean()).isTrue();
    CommandLineRun dealtAnew =
        lockstep("evaluate", runFile.toString(), "--split", "test", "--set", "seed=12");
    assertThat(dealtAnew.code()).as(dealtAnew.err()).isEqualTo(78);
    assertThat(dealtAnew.last()).contains("seed was 0, is 12");
    assertThat(run.out()).contains("confusion (rows: actual, columns: predicted)", "yes");
    assertThat(evaluated.path("parameters_sha256")).isEqualTo(result.path("parameters_sha256"));
    assertThat(lockstep("evaluate", runFile.toString()).out()).contains("rows: 600 (all)");
  }

  @Test
  void checkTellsOfTheHeadOfTheDataAndWritesNothing() {
    String elsewhere = "output=" + file("unborn");
    CommandLineRun sound = lockstep("check", runFile.toString(), "--set", elsewhere);
    assertThat(sound.code()).as(sound.err()).isZero();
    assertThat(sound.out()).contains("2 classes", "memory plan: ", "nothing is wrong");
    assertThat(folder.resolve("unborn")).doesNotExist();
    assertThat(lockstep("check", runFile.toString(), "--set", "data.label=x").last())
        .contains("there is no column x");
    assertThat(lockstep("check", runFile.toString(), "--set", "model.kind=poisson").code())
        .isIn(65, 78);
    assertThat(lockstep("check", runFile.toString(), "--set", "data.where=age >").code())
        .isEqualTo(78);
  }

  @Test
  void checkReadsTheHeadOnlyAndCondemnsNoSortedFile() throws IOException {
    StringBuilder csv = new StringBuilder("id,age,town,bought\n");
    for (int i = 0; i < 400; i++) {
      csv.append("%d,%d,Bern,%s%n".formatted(i, 20 + i % 50, i < 300 ? "no" : "yes"));
    }
    Files.writeString(folder.resolve("sorted.csv"), csv + "broken\n");
    String[] words = {
      "check", runFile.toString(), "--set", "data.source.path=" + file("sorted.csv"), "--rows", "99"
    };
    CommandLineRun sorted = lockstep(words);
    assertThat(sorted.code()).as(sorted.err()).isZero();
    assertThat(sorted.out()).contains("note: in the head of the data", "one class only", ", no");
    words[5] = "500";
    assertThat(lockstep(words).last()).contains("sorted.csv, line 402");
  }

  @Test
  void inspectTellsAndChecksRunCheckpointAndModel() throws IOException {
    CommandLineRun whole = lockstep("inspect", file("run"));
    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.out())
        .contains("checkpoint step-", "linear.weight", "every checksum fits", "input: ");
    assertThat(lockstep("inspect", file("run/model")).out()).contains("model: ");
    assertThat(lockstep("inspect", runFile.toString()).code()).isZero();
    assertThat(lockstep("inspect", file("nowhere")).code()).isEqualTo(66);

    Path copy = Files.createDirectories(folder.resolve("copy"));
    try (Stream<Path> tree = Files.walk(folder.resolve("run"))) {
      for (Path path : tree.toList()) {
        Path target = copy.resolve(folder.resolve("run").relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
    Path tensors = copy.resolve("model/model.safetensors");
    byte[] bytes = Files.readAllBytes(tensors);
    bytes[bytes.length - 1] ^= 1;
    Files.write(tensors, bytes);
    CommandLineRun damaged = lockstep("inspect", copy.toString());
    assertThat(damaged.code()).isEqualTo(76);
    assertThat(damaged.out()).contains("model: DAMAGED");
  }
}
