package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lines;
import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose numbers have other types than those of training: the same numbers, or a refusal. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RetypedNumbersIT {
  private static final String HEADER = "age,grade,price,spare,bought\n";
  private static final String GOOD = "31,2,12.30,1,1\n8,0,0.05,1,0\n";

  @TempDir private static Path folder;

  @BeforeAll
  void train() throws IOException {
    table("int").write().parquet(file("table"));
    table("bigint").write().parquet(file("wide"));
    table("bigint")
        .selectExpr("age + 1099511627776 as age", "grade", "price", "spare", "bought")
        .write()
        .parquet(file("beyond"));
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = parquet, path = "%1$s/table" }
          label = bought, ignore = [spare]
          features = [
            { columns = [grade, price], encode = one_hot }, { columns = "*" }
          ]
        }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        train { epochs = 3 }
        output = "%1$s/run"
        """
            .formatted(folder));
    CommandLineRun trained = lockstep("train", file("run.conf"));
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  /** Whole numbers of a type, and prices. */
  private static Dataset<Row> table(String type) {
    return LocalSpark.session()
        .range(0, 200, 1, 1)
        .selectExpr(
            "cast(id % 60 as " + type + ") as age",
            "cast(id % 3 as " + type + ") as grade",
            "cast(id % 7 * 2.05 as decimal(6, 2)) as price",
            "cast(id as int) as spare",
            "cast(id % 11 < 4 as int) as bought");
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String csv(String rows) throws IOException {
    Files.writeString(folder.resolve("new.csv"), HEADER + rows);
    return "source={format=csv, path=\"" + file("new.csv") + "\"}";
  }

  private static String parquet(String name) {
    return "source={format=parquet, path=\"" + file(name) + "\"}";
  }

  private static CommandLineRun on(String source, String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command, file("run.conf")));
    words.addAll(List.of("--set", source));
    words.addAll(List.of(more));
    if (command.equals("predict")) {
      words.addAll(List.of("--output", file("scores"), "--keep", "age"));
    }
    return lockstep(words.toArray(String[]::new));
  }

  private static void refused(CommandLineRun run, String... told) {
    assertThat(run.code()).as(run.text()).isEqualTo(65);
    assertThat(run.last()).contains(told);
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void theSameNumbersOfAnotherTypeAreScoredTheSame() throws IOException {
    assertThat(on("data." + parquet("table"), "predict").code()).isZero();
    List<String> wanted = lines(folder.resolve("scores"));
    assertThat(wanted).hasSize(201).filteredOn(row -> row.startsWith("31,")).isNotEmpty();
    assertThat(on("data." + parquet("wide"), "predict").code()).isZero();
    assertThat(lines(folder.resolve("scores"))).isEqualTo(wanted);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      rows.append("%d,%d.0,%s,1.5,%d%n".formatted(i % 60, i % 3, i % 7 * 205 / 100.0, i % 2));
    }
    CommandLineRun text = on("data." + csv(rows.toString()), "predict");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(lines(folder.resolve("scores"))).hasSameElementsAs(wanted);
  }

  @Test
  void aFractionInAColumnOfWholeNumbersIsRefused() throws IOException {
    String bad = csv(GOOD + "30.5,1,2.05,1,1\n");
    String told = "new.csv, line 4: column age is 30.5; it must fit INT, its type in ";
    for (String command : List.of("predict", "evaluate")) {
      refused(
          on("data." + bad, command),
          told + "training: train on it as DOUBLE, or make it fit, in data.columns");
    }
    for (String command : List.of("train", "check")) {
      refused(
          on("data.validation_" + bad, command, "--set", "output=" + file("new")),
          told + "data.source: make it DOUBLE in both, or make it fit, in data.columns");
    }
  }

  @Test
  void aNumberBeyondTheTypeOfTrainingIsRefused() {
    String beyond = parquet("beyond");
    String told = "; it must fit INT, its type in ";
    for (String command : List.of("predict", "evaluate")) {
      refused(
          on("data." + beyond, command),
          ".parquet, row ",
          ": column age is 1099511627",
          told + "training: train on it as BIGINT");
    }
    refused(
        on("data.test_" + beyond, "train", "--set", "output=" + file("new")),
        ".parquet, row ",
        told + "data.source: make it BIGINT in both");
  }

  @Test
  void aColumnThatNobodyReadsIsNotRefused() throws IOException {
    String rows = GOOD.replace(",1,1\n", ",1.5,1\n");
    CommandLineRun run =
        on("data.validation_" + csv(rows), "train", "--set", "output=" + file("spare"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(" 2 validation,");
  }
}
