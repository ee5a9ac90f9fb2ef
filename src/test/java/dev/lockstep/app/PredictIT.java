package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.ROWS;
import static dev.lockstep.app.SmallTable.lines;
import static dev.lockstep.app.SmallTable.lockstep;
import static dev.lockstep.app.SmallTable.table;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Predictions of a model that was trained once, and what predict refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictIT {
  @TempDir private static Path folder;

  private Path runFile;

  @BeforeAll
  void train() throws IOException {
    assertThat(SmallTable.train(folder).code()).isZero();
    runFile = folder.resolve("run.conf");
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
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
  void theRunFileSaysHowPredictionsAreJudgedAndElseTheModel() throws IOException {
    String[] never = {"--set", "metrics.threshold=1.5"};
    String run = runFile.toString();
    CommandLineRun predicted =
        lockstep("predict", run, "--output", file("t"), "--write", "class", never[0], never[1]);
    assertThat(predicted.code()).as(predicted.err()).isZero();
    assertThat(lines(folder.resolve("t")))
        .filteredOn(row -> !row.equals("prediction"))
        .hasSize(ROWS)
        .containsOnly("no");
    CommandLineRun evaluated = lockstep("evaluate", run, never[0], never[1]);
    assertThat(evaluated.out()).contains("recall 0.00000", "rows: 600 (all)");
    assertThat(lockstep("evaluate", run).out()).doesNotContain("recall 0.00000");
    String strict = "output=" + file("strict");
    CommandLineRun trained = lockstep("train", run, never[0], never[1], "--set", strict);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(lockstep("evaluate", run, "--set", strict).out()).contains("recall 0.00000");
    assertThat(lockstep("evaluate", run, "--set", strict, "--set", "metrics.threshold=auto").out())
        .doesNotContain("recall 0.00000");
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
  void aSecretInThePlaceOfPredictionsIsNotToldOnward() throws IOException {
    String place = file("token=hunter2");
    Path result = folder.resolve("s.json");
    CommandLineRun run =
        lockstep(
            "predict", runFile.toString(), "--output", place, "--result-file", result.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.text() + Files.readString(result))
        .doesNotContain("hunter2")
        .contains("token=<redacted>");
  }

  @Test
  void predictExplainsWhatDiffers() throws IOException {
    assertThat(refusal("id,city,age\n1,Bern,30\n")).contains("column town", "id, city, age");
    assertThat(refusal("id,town,age\n1,Bern,old\n")).contains("line 2, column age");
  }

  @Test
  void predictNeedsNoColumnOfWhichOnlyTheTypeIsGiven() throws IOException {
    Files.writeString(folder.resolve("typed.csv"), "town,age\nBern,30\n");
    Files.writeString(folder.resolve("typed.json"), "{\"town\": \"Bern\", \"age\": 30}\n");
    for (String format : List.of("csv", "json")) {
      String source =
          "data.source={format=%s, path=\"%s\", types={bought=string, town=string}}"
              .formatted(format, file("typed." + format));
      String[] set = {"--set", source};
      CommandLineRun run =
          lockstep("predict", runFile.toString(), set[0], set[1], "--output", file("typed"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("1 rows written");
      CommandLineRun check = lockstep("check", runFile.toString(), set[0], set[1]);
      assertThat(check.code()).as(check.err()).isEqualTo(65);
      assertThat(check.last()).contains("data.source.types names the column bought");
    }
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
  void aPredictThatFailsLeavesEarlierPredictions() throws IOException {
    String conf = runFile.toString();
    assertThat(lockstep("predict", conf, "--output", file("kept")).code()).isZero();
    List<String> earlier = lines(folder.resolve("kept"));
    Files.writeString(folder.resolve("vast.csv"), "town,age\nBern,30\nBern,1e300\n");
    String vast = "data.source.path=" + file("vast.csv");
    CommandLineRun failed = lockstep("predict", conf, "--set", vast, "--output", file("kept"));
    assertThat(failed.code()).as(failed.err()).isEqualTo(65);
    assertThat(lines(folder.resolve("kept"))).isEqualTo(earlier);
    assertThat(folder.resolve("kept/_SUCCESS")).exists();
  }

  @Test
  void theResultFileMayLieAmongThePredictionsAfterAFailureToo() throws IOException {
    String conf = runFile.toString();
    Path result = folder.resolve("told/result.json");
    String[] told = {"--output", file("told"), "--result-file", result.toString()};
    CommandLineRun failed =
        lockstep("predict", conf, told[0], told[1], told[2], told[3], "--keep", "nothing");
    assertThat(failed.code()).as(failed.err()).isEqualTo(78);
    assertThat(result).content().contains("failed");
    for (int i = 0; i < 2; i++) {
      CommandLineRun run = lockstep("predict", conf, told[0], told[1], told[2], told[3]);
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(result).content().contains("\"exit_code\" : 0");
    }
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
}
