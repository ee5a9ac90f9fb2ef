package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lines;
import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.Csv;
import dev.lockstep.spark.source.Source.SourceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the files that predict writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionFilesIT {
  private static final String CLASS = " >50K";

  @TempDir private static Path folder;

  @BeforeAll
  void train() throws IOException {
    StringBuilder csv = new StringBuilder("age,kind\n");
    for (int i = 0; i < 60; i++) {
      csv.append(20 + i).append(',').append(i % 7 < i / 10 ? CLASS : " <=50K").append('\n');
    }
    Files.writeString(folder.resolve("table.csv"), csv);
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = csv, path = "%1$s/table.csv" }
          label = kind
          columns { months = "age * 12" }
          features = [{ columns = age }]
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

  /** Predicts the rows of a file. */
  private static List<String> predicted(String format, String rows, String... more)
      throws IOException {
    Files.writeString(folder.resolve("new." + format), rows);
    List<String> words = new ArrayList<>(List.of("predict", file("run.conf"), "--set"));
    words.add("data.source={format=%s,path=\"%s\"}".formatted(format, file("new." + format)));
    words.addAll(List.of("--output", file("predictions")));
    words.addAll(List.of(more));
    CommandLineRun run = lockstep(words.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return lines(folder.resolve("predictions"));
  }

  @Test
  void keptColumnsOfCsvStandAsTheFileHasThem() throws IOException {
    String rows = "customer,zip,age\n12345678,007,39\n1234567890123456789,,40.50\n";
    assertThat(predicted("csv", rows, "--keep", "customer,zip,age,months", "--write", "class"))
        .anyMatch(line -> line.startsWith("12345678,007,39,468.0,"))
        .anyMatch(line -> line.startsWith("1234567890123456789,,40.50,486.0,"));
  }

  @Test
  void keptColumnsOfCsvShowTheirMarksOfMissingValues() throws IOException {
    String[] more = {"--set", "data.source.nulls=[\"NA\", \"\"]", "--keep", "zip,age"};
    assertThat(predicted("csv", "zip,age\nNA,NA\n007,39\n,\"NA\"\n", more))
        .anyMatch(line -> line.startsWith("NA,NA,"))
        .anyMatch(line -> line.startsWith("007,39,"))
        .anyMatch(line -> line.startsWith(",NA,"));
  }

  @Test
  void keptColumnsOfJsonStandAsTheFileHasThem() throws IOException {
    String rows =
        """
        {"customer": 1234567890123456789, "age": 39, "zip": "007"}
        {"age": 4e1, "customer": 12345678}
        """;
    String[] keep = {"--keep", "customer,zip,age", "--format", "json"};
    assertThat(predicted("json", rows, keep))
        .anyMatch(
            line ->
                line.startsWith(
                    "{\"customer\":\"1234567890123456789\",\"zip\":\"007\",\"age\":\"39\","))
        .anyMatch(line -> line.startsWith("{\"customer\":\"12345678\",\"age\":\"4e1\","));
  }

  @Test
  void keptTimestampsHaveTheirMicroseconds() {
    LocalSpark.session()
        .sql(
            "select 75 as age, timestamp'2024-01-01 12:00:00.123456' as at,"
                + " timestamp_ntz'2024-01-01 12:00:00.000007' as plain")
        .write()
        .parquet(file("times.parquet"));
    String source = "data.source={format=parquet,path=\"%s\"}".formatted(file("times.parquet"));
    for (String format : List.of("csv", "json")) {
      String[] words = {
        "predict", file("run.conf"), "--set", source, "--output", file("times-" + format)
      };
      String[] more = {"--keep", "at,plain", "--format", format};
      CommandLineRun run =
          lockstep(Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(lines(folder.resolve("times-" + format)))
          .anyMatch(line -> line.contains(":00.123456") && line.contains("T12:00:00.000007"));
    }
  }

  @Test
  void csvPredictionsAreReadBackAsTheyAre() throws IOException {
    List<String> notes =
        List.of(
            "5\" pipe, blue",
            "  blanks around\t",
            "two\nlines",
            "back\\slash",
            "C:\\\"dir\\",
            "\"",
            "#",
            "");
    ObjectMapper json = new ObjectMapper();
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < notes.size(); i++) {
      rows.append(json.createObjectNode().put("id", i).put("age", 75).put("note", notes.get(i)))
          .append('\n');
    }
    rows.append("{\"id\": 99, \"age\": 75}\n");
    predicted("json", rows.toString(), "--keep", "id,note", "--write", "class");
    assertThat(readBack())
        .hasSize(notes.size() + 1)
        .contains("99: null")
        .containsAll(
            IntStream.range(0, notes.size())
                .mapToObj(i -> i + ": " + (notes.get(i).isEmpty() ? null : notes.get(i)))
                .toList());
  }

  /** The predictions as a csv source reads them: id and note of each row. */
  private static List<String> readBack() {
    Csv d = Csv.DEFAULTS;
    Csv csv =
        new Csv(
            file("predictions"),
            d.header(),
            d.names(),
            d.delimiter(),
            d.quote(),
            d.escape(),
            d.comment(),
            d.nulls(),
            d.trim(),
            true,
            Map.of("id", ColumnType.STRING),
            d.skip(),
            d.maxLineBytes());
    List<Row> rows =
        csv.open(LocalSpark.session(), new SourceRequest(false, List.of(), List.of()))
            .rows()
            .collectAsList();
    assertThat(rows).allMatch(row -> row.<String>getAs("prediction").equals(CLASS));
    return rows.stream().map(row -> row.getAs("id") + ": " + row.getAs("note")).toList();
  }

  @Test
  void namesThatTheFormatTakesForOneAreRefusedBeforeEarlierPredictionsAreDeleted()
      throws IOException {
    String table = Files.readString(folder.resolve("table.csv"));
    Files.writeString(
        folder.resolve("case.csv"),
        table
            .replace("kind", "kind,Prediction")
            .replaceAll("\\d(?=,).*", "$0,1")
            .replaceFirst("<=50K", ">50k"));
    String[] shared = {
      file("run.conf"),
      "--set",
      "data.source.path=" + file("case.csv"),
      "--set",
      "model.kind=softmax",
      "--set",
      "output=" + file("case")
    };
    CommandLineRun trained = with(shared, "train");
    assertThat(trained.code()).as(trained.err()).isZero();
    String kept = file("kept");
    CommandLineRun csv = with(shared, "predict", "--output", kept);
    assertThat(csv.code()).as(csv.err()).isZero();
    List<String> earlier = lines(folder.resolve("kept"));
    assertThat(earlier)
        .contains("prediction,probability_ <=50K,probability_ >50K,probability_ >50k");
    String[][] wrong = {
      {"json", "age", "probability_ >50K and probability_ >50k", "--write class"},
      {"parquet", "age", "differ in more than case in parquet", "--format csv"},
      {"parquet", "Prediction", "--keep Prediction: ", "a column prediction"},
      {"csv", "age,age", "--keep age,age: names must differ;", "keep one"}
    };
    for (String[] words : wrong) {
      CommandLineRun refused =
          with(shared, "predict", "--output", kept, "--format", words[0], "--keep", words[1]);
      assertThat(refused.code()).as(refused.err()).isEqualTo(78);
      assertThat(refused.last()).contains(words[2], words[3]);
    }
    assertThat(lines(folder.resolve("kept"))).isEqualTo(earlier);
  }

  private static CommandLineRun with(String[] shared, String command, String... more) {
    return lockstep(
        Stream.of(Stream.of(command), Stream.of(shared), Stream.of(more))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }
}
