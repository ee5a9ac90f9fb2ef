package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lines;
import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
