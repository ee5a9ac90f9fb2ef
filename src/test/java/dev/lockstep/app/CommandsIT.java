package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Train once on a small table with categories and missing values, then everything around it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsIT {
  private static final int ROWS = 600;

  @TempDir private static Path folder;

  private Path runFile;
  private CommandLineRun trained;

  @BeforeAll
  void train() throws IOException {
    Files.writeString(folder.resolve("table.csv"), table(true));
    runFile = folder.resolve("run.conf");
    Files.writeString(
        runFile,
        """
        data {
          source { format = csv, path = "%1$s/table.csv", nulls = ["?", ""] }
          label = bought
          columns { double_age = "age * 2" }
          ignore = [id]
        }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        regularization { l2 = 1e-3 }
        output = "%1$s/run"
        """
            .formatted(folder));
    trained = lockstep("train", runFile.toString(), "--result-file", file("result.json"));
  }

  private static CommandLineRun lockstep(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--master", "local[2]"));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String table(boolean labelled) {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder(labelled ? "id,age,town,bought\n" : "town,id,age\n");
    for (int i = 0; i < ROWS; i++) {
      int age = 20 + random.nextInt(50);
      String town = List.of("Bern", "Genf", "?").get(random.nextInt(3));
      String shown = random.nextInt(20) == 0 ? "?" : "" + age;
      double score = (age - 45) / 8.0 + (town.equals("Bern") ? 1 : 0);
      String label = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? "yes" : "no";
      csv.append(
          labelled
              ? "%d,%s,%s,%s%n".formatted(i, shown, town, label)
              : "%s,%d,%s%n".formatted(town, i, shown));
    }
    return csv.toString();
  }

  private static List<String> lines(Path directory) {
    try (Stream<Path> parts = Files.list(directory)) {
      List<String> lines = new ArrayList<>();
      for (Path part : parts.filter(p -> p.getFileName().toString().startsWith("part")).toList()) {
        lines.addAll(Files.readAllLines(part));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
          {"gs://bucket/result.json", "78"}, {file("table.csv/result.json"), "78"},
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
  void rowsWhoseKeysDoNotFitAreRefusedWithTheSumBeforeTheyAreCollected() {
    System.setProperty("spark.driver.maxResultSize", "1m");
    try {
      String[] synthetic = {
        "--set",
        "data.source={format=synthetic,rows=100000}",
        "--set",
        "output=" + file("big"),
        "--set",
        "data.label=label",
        "--set",
        "data.columns={}",
        "--set",
        "data.ignore=[]"
      };
      List<String> words = new ArrayList<>(List.of("train", runFile.toString()));
      words.addAll(List.of(synthetic));
      CommandLineRun refused = lockstep(words.toArray(String[]::new));
      assertThat(refused.code()).as(refused.err()).isEqualTo(78);
      assertThat(refused.last())
          .contains("the keys of 100,000 rows need 2.0 MiB", "raise spark.driver.maxResultSize");
      words.addAll(List.of("--set", "data.sample=0.1", "--set", "train.epochs=1"));
      CommandLineRun sampled = lockstep(words.toArray(String[]::new));
      assertThat(sampled.code()).as(sampled.err()).isZero();
    } finally {
      System.clearProperty("spark.driver.maxResultSize");
    }
  }

  @Test
  void aFeatureThatOverflowsInItsEncodingIsToldWithItsLine() throws IOException {
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < 40; i++) {
      csv.append(i == 20 ? "1e30" : i % 5 + "e-20").append(',').append(i % 3).append('\n');
    }
    Files.writeString(folder.resolve("steep.csv"), csv.toString());
    Path conf = folder.resolve("steep.conf");
    Files.writeString(
        conf,
        """
        data {
          source { format = csv, path = "%1$s/steep.csv" }
          label = y, split { validation = "x > 1", test = 0 }
        }
        model { kind = linear }
        optimizer { kind = lbfgs }
        output = "%1$s/steep"
        """
            .formatted(folder));
    CommandLineRun run = lockstep("train", conf.toString());
    assertThat(run.code()).as(run.err()).isEqualTo(65);
    assertThat(run.last()).contains("steep.csv, line 22: feature x", "finite float32");
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
    assertThat(run.out()).contains("confusion (rows: actual, columns: predicted)", "yes");
    assertThat(evaluated.path("parameters_sha256")).isEqualTo(result.path("parameters_sha256"));
    assertThat(lockstep("evaluate", runFile.toString()).out()).contains("rows: 600 (all)");
  }

  @Test
  void predictMatchesByNameAndNeedsNoLabels() throws IOException {
    Files.writeString(folder.resolve("new.csv"), table(false));
    String unlabelled = "data.source.path=" + file("new.csv");
    CommandLineRun plain =
        lockstep("predict", runFile.toString(), "--output", file("a"), "--keep", "id,town");
    CommandLineRun shuffled =
        lockstep(
            "predict",
            runFile.toString(),
            "--set",
            unlabelled,
            "--output",
            file("b"),
            "--keep",
            "id,town");
    assertThat(plain.code()).as(plain.err()).isZero();
    assertThat(shuffled.code()).as(shuffled.err()).isZero();
    List<String> rows = lines(folder.resolve("a"));
    assertThat(rows).contains("id,town,prediction,probability_no,probability_yes");
    assertThat(rows).filteredOn(row -> !row.startsWith("id")).hasSize(ROWS);
    assertThat(lines(folder.resolve("b"))).hasSameElementsAs(rows);
  }

  @Test
  void predictWritesWhatIsChosenInEveryFormat() {
    CommandLineRun json =
        lockstep(
            "predict",
            runFile.toString(),
            "--output",
            file("j"),
            "--format",
            "json",
            "--write",
            "class");
    assertThat(json.code()).as(json.err()).isZero();
    assertThat(lines(folder.resolve("j")))
        .hasSize(ROWS)
        .allMatch(
            line ->
                line.equals("{\"prediction\":\"yes\"}") || line.equals("{\"prediction\":\"no\"}"));
    CommandLineRun parquet =
        lockstep("predict", runFile.toString(), "--output", file("p"), "--format", "parquet");
    assertThat(parquet.out()).contains("600 rows written");
  }

  @Test
  void predictExplainsWhatDiffers() throws IOException {
    assertThat(refusal("id,city,age\n1,Bern,30\n")).contains("column town", "id, city, age");
    assertThat(refusal("id,town,age\n1,Bern,old\n")).contains("line 2, column age");
  }

  private static String refusal(String csv) throws IOException {
    Files.writeString(folder.resolve("other.csv"), csv);
    CommandLineRun run =
        lockstep(
            "predict",
            file("run.conf"),
            "--set",
            "data.source.path=" + file("other.csv"),
            "--output",
            file("x"));
    assertThat(run.code()).isEqualTo(65);
    assertThat(run.last()).startsWith("lockstep: error: ");
    assertThat(folder.resolve("x")).doesNotExist();
    return run.last();
  }

  @Test
  void labelsWeightsAndOffsetsThatCannotBeUsedAreToldWithTheirLine() throws IOException {
    StringBuilder good = new StringBuilder("x,w,o,y\n");
    for (int i = 0; i < 60; i++) {
      good.append("%d,1,0.%d,%d%n".formatted(i % 7, i % 10, i % 3));
    }
    Files.writeString(folder.resolve("counts.csv"), good.toString());
    Path conf = folder.resolve("counts.conf");
    Files.writeString(
        conf,
        """
        data {
          source { format = csv, path = "%1$s/counts.csv" }
          label = y, weight = w, offset = o, features = [{ columns = x }]
        }
        model { kind = poisson }
        optimizer { kind = lbfgs }
        train { epochs = 2 }
        output = "%1$s/counts"
        """
            .formatted(folder));
    assertThat(lockstep("train", conf.toString()).code()).isZero();
    for (String[] wrong :
        new String[][] {
          {"evaluate", "1,1,0.5,\n", "the label y is missing"},
          {"evaluate", "1,1,0.5,-2\n", "the label y is -2.0; it must be a finite number from 0"},
          {"evaluate", "1,1,0.5,1e300\n", "the label y is 1.0E300"},
          {"evaluate", "1,,0.5,1\n", "the weight w is missing"},
          {"evaluate", "1,-1,0.5,1\n", "the weight w is -1.0"},
          {"predict", "1,1,,1\n", "the offset o is missing"},
          {"predict", "1,1,-1e300,1\n", "the offset o is -1.0E300"},
        }) {
      Files.writeString(folder.resolve("bad.csv"), good + wrong[1]);
      List<String> words =
          new ArrayList<>(
              List.of(wrong[0], conf.toString(), "--set", "data.source.path=" + file("bad.csv")));
      if (wrong[0].equals("predict")) {
        words.addAll(List.of("--output", file("scores")));
      }
      CommandLineRun run = lockstep(words.toArray(String[]::new));
      assertThat(run.code()).as(run.err()).isEqualTo(65);
      assertThat(run.last()).contains("bad.csv, line 62: " + wrong[2]);
      assertThat(run.err()).doesNotContain("\tat ");
    }
  }

  @Test
  void predictRefusesWhatItCannotDo() {
    String conf = runFile.toString();
    assertThat(lockstep("predict", conf).code()).isEqualTo(64);
    assertThat(lockstep("predict", conf, "--output", file("x"), "--format", "xml").code())
        .isEqualTo(64);
    assertThat(lockstep("predict", conf, "--output", file("x"), "--keep", "nothing").last())
        .contains("the source has no such column; it has");
    String vectors = "data.columns={double_age=\"age * 2\",both=\"array(age, id)\"}";
    assertThat(
            lockstep("predict", conf, "--set", vectors, "--output", file("x"), "--keep", "both")
                .last())
        .contains("--keep both: csv cannot hold a column of type array<");
    assertThat(lockstep("predict", conf, "--output", file("x"), "--write", "value").code())
        .isEqualTo(78);
    assertThat(lockstep("predict", conf, "--output", file("x"), "--model", file("no")).code())
        .isEqualTo(66);
    assertThat(lockstep("evaluate", conf, "--split", "none").code()).isEqualTo(64);
  }

  @Test
  void predictDeletesNothingButEarlierPredictions() throws IOException {
    String conf = runFile.toString();
    Path precious = Files.createDirectories(folder.resolve("precious"));
    Files.writeString(precious.resolve("part-00000.csv"), "not ours");
    Files.writeString(precious.resolve("_SUCCESS"), "");
    for (String wrong :
        List.of(
            file("run") + "/",
            file("run/../run"),
            file("run/checkpoints"),
            folder.toString(),
            "file:" + file("run/model/scores"),
            file("table.csv"),
            precious.toString())) {
      CommandLineRun refused = lockstep("predict", conf, "--output", wrong);
      assertThat(refused.code()).as(wrong).isEqualTo(78);
      assertThat(refused.last()).contains("--output " + wrong);
    }
    assertThat(precious.resolve("part-00000.csv")).hasContent("not ours");
    assertThat(folder.resolve("table.csv")).exists();
    assertThat(lockstep("inspect", file("run")).code()).isZero();

    Path mixed = Files.createDirectories(folder.resolve("apart/data"));
    Files.copy(folder.resolve("table.csv"), mixed.resolve("table.csv"));
    String glob = "data.source.path=" + mixed + "/*.csv";
    assertThat(lockstep("predict", conf, "--set", glob, "--output", mixed.toString()).code())
        .isEqualTo(78);
    Files.createDirectories(folder.resolve("again"));
    for (int i = 0; i < 2; i++) {
      CommandLineRun run = lockstep("predict", conf, "--output", file("again"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(lines(folder.resolve("again")))
          .filteredOn(row -> !row.startsWith("prediction"))
          .hasSize(ROWS);
    }
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
