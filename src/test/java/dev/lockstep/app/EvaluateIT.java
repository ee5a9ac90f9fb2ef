package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lines;
import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A trained model on the rows of a later year, which are not as varied as those of training. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluateIT {
  private static final String HEADER = "year,age,cabin,group\n";

  @TempDir private static Path folder;

  @BeforeAll
  void train() throws IOException {
    StringBuilder csv = new StringBuilder(HEADER);
    List<String> cabins = List.of("A", "12", "");
    for (int i = 0; i < 90; i++) {
      String group = i % 7 < i / 15 ? "A1" : "007";
      csv.append("%d,%d,%s,%s%n".formatted(2020 + i % 5, i, cabins.get(i % 3), group));
    }
    Files.writeString(folder.resolve("table.csv"), csv);
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = csv, path = "%1$s/table.csv" }
          label = group
          features = [{ columns = [age, cabin] }]
          split { validation = 0, test = "year >= 2024" }
        }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        output = "%1$s/run"
        """
            .formatted(folder));
    CommandLineRun trained = lockstep("train", file("run.conf"));
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  /** A command on other rows; its result goes to a file. */
  private static CommandLineRun on(String rows, String command, String... more) throws IOException {
    Files.writeString(folder.resolve("2024.csv"), HEADER + rows);
    Files.deleteIfExists(folder.resolve("result.json"));
    List<String> words = new ArrayList<>(List.of(command, file("run.conf")));
    words.addAll(List.of("--set", "data.source.path=" + file("2024.csv")));
    words.addAll(List.of("--result-file", file("result.json")));
    words.addAll(List.of(more));
    return lockstep(words.toArray(String[]::new));
  }

  private static JsonNode result() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("result.json").toFile());
  }

  @Test
  void rowsNeedNotHoldTrainingRows() throws IOException {
    String rows = "2024,1,A,A1\n2024,80,12,007\n2025,30,,007\n";
    CommandLineRun all = on(rows, "evaluate");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out()).contains("rows: 3 (all)");
    CommandLineRun test = on(rows, "evaluate", "--split", "test");
    assertThat(test.code()).as(test.err()).isZero();
    assertThat(test.out()).contains("rows: 3 (test)");
    CommandLineRun none = on(rows, "evaluate", "--set", "data.where=year > 3000");
    assertThat(none.code()).as(none.err()).isEqualTo(65);
    assertThat(none.last()).contains("no row is left after data.where = \"year > 3000\"");
    assertThat(on(rows, "evaluate", "--split", "train").last())
        .contains("there are no rows to evaluate in train");
  }

  @Test
  void rowsThatMayBeTrainingRowsAreNeverScoredAsTestRowsInSilence() throws IOException {
    String[] own = {"evaluate", file("run.conf"), "--split", "test"};
    CommandLineRun same = lockstep(with(own, "--result-file", file("result.json")));
    assertThat(same.code()).as(same.err()).isZero();
    assertThat(same.out()).contains("rows: 18 (test)").doesNotContain("warning");
    assertThat(result().path("same_split").asBoolean()).isTrue();
    String otherwise = "data.split.test=year >= 2023";
    CommandLineRun wider = lockstep(with(own, "--set", otherwise));
    assertThat(wider.code()).as(wider.err()).isEqualTo(78);
    assertThat(wider.last()).contains("split otherwise", "year >= 2024", "year >= 2023");
    CommandLineRun some = lockstep(with(own, "--set", "data.where=age < 50", "--set", "seed=3"));
    assertThat(some.code()).as(some.err()).isZero();
    assertThat(some.out()).contains("rows: 10 (test)");
    assertThat(lockstep("evaluate", file("run.conf"), "--set", otherwise).code()).isZero();
    CommandLineRun train =
        lockstep("evaluate", file("run.conf"), "--split", "train", "--set", otherwise);
    assertThat(train.code()).as(train.err()).isZero();
    assertThat(train.out()).contains("warning: these need not be the train rows", "year >= 2023");
    Path copy = Files.copy(folder.resolve("table.csv"), folder.resolve("copy.csv"));
    String elsewhere = "data.source.path=" + copy;
    CommandLineRun other = lockstep(with(own, "--set", elsewhere, "--set", otherwise));
    assertThat(other.code()).as(other.err()).isZero();
    assertThat(other.out()).contains("warning: these need not be the test rows of the model's run");
  }

  @Test
  void theSplitOfAModelWithoutItsRunIsNotKnown() throws IOException {
    Path moved = folder.resolve("moved");
    try (Stream<Path> all = Files.walk(folder.resolve("run/model"))) {
      for (Path each : all.toList()) {
        Files.copy(each, moved.resolve(folder.resolve("run/model").relativize(each).toString()));
      }
    }
    CommandLineRun run =
        on("2024,1,A,A1\n2024,80,12,007\n", "evaluate", "--split", "test", "--model", "" + moved);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("there is no run.json of its training beside the model");
    assertThat(result().path("same_split").asBoolean(true)).isFalse();
  }

  @Test
  void whatTrialsVariedIsNotKnownOfTheModelsRun() throws IOException {
    String study = Files.readString(folder.resolve("run.conf")).replace("/run\"", "/study\"");
    Files.writeString(
        folder.resolve("study.conf"),
        study
            + """
            data.split.validation = 0.2
            tune { strategy { kind = grid }, space { "data.where" = ["age >= 0", "age < 80"] } }
            """);
    CommandLineRun tuned = lockstep("tune", file("study.conf"));
    assertThat(tuned.code()).as(tuned.err()).isZero();
    // As a later search without refit leaves it: the best trial is another one than the model's.
    Path found = folder.resolve("study/result.json");
    Files.writeString(found, Files.readString(found).replace("\"data.where\"", "\"train.seed\""));
    for (String part : List.of("test", "validation")) {
      CommandLineRun run =
          lockstep(
              with(
                  new String[] {"evaluate", file("study.conf"), "--split", part},
                  "--result-file",
                  file("result.json")));
      assertThat(run.code()).as(run.err()).isZero();
      boolean byCondition = part.equals("test");
      assertThat(result().path("same_split").asBoolean(!byCondition)).isEqualTo(byCondition);
      assertThat(run.out().contains("the trials of its study varied data.where"))
          .isEqualTo(!byCondition);
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void columnsHaveTheTypesOfTrainingWhateverTheRowsHold() throws IOException {
    CommandLineRun empty = on("2024,1,,A1\n2024,80,,007\n", "evaluate");
    assertThat(empty.code()).as(empty.err()).isZero();
    CommandLineRun codes = on("2024,1,12,A1\n2024,80,12,007\n", "evaluate");
    assertThat(codes.code()).as(codes.err()).isZero();
    CommandLineRun oneClass = on("2024,1,A,007\n2024,80,12,007\n", "evaluate");
    assertThat(oneClass.code()).as(oneClass.err()).isZero();
    assertThat(on("2024,old,A,A1\n2024,80,A,007\n", "evaluate").last())
        .contains("2024.csv, line 2, column age", "\"old\"");
  }

  @Test
  void droppedRowsAreCounted() throws IOException {
    String rows = "2024,1,A,A1\n2024,80\n2024,80,12,007\n2024\n";
    String[] drop = {"--set", "data.bad_rows=drop"};
    CommandLineRun evaluated = on(rows, "evaluate", drop);
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(evaluated.out())
        .contains("dropped 2 malformed rows (data.bad_rows = drop)", "rows: 2 (all)");
    assertThat(result().path("bad_rows").asInt()).isEqualTo(2);
    CommandLineRun predicted =
        on(rows, "predict", drop[0], drop[1], "--output", file("predictions"));
    assertThat(predicted.code()).as(predicted.err()).isZero();
    assertThat(predicted.out()).contains("dropped 2 malformed rows (data.bad_rows = drop)");
    assertThat(result().path("bad_rows").asInt()).isEqualTo(2);
    assertThat(lines(folder.resolve("predictions")))
        .filteredOn(row -> row.contains("0."))
        .hasSize(2);
  }
}
