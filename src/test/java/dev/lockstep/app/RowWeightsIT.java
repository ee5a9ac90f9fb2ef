package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What weights of rows and of classes do to a training and to its metrics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowWeightsIT {
  private static final int ROWS = 400;

  @TempDir private static Path folder;

  private Path runFile;

  /** One row in five is a fraud; rows weigh 1 or 2, and nothing in column none. */
  @BeforeAll
  void write() throws IOException {
    Random random = new Random(9);
    StringBuilder csv = new StringBuilder("amount,w,none,label\n");
    for (int i = 0; i < ROWS; i++) {
      double amount = random.nextGaussian();
      boolean fraud = amount + random.nextGaussian() > 1.2;
      csv.append(
          "%.4f,%d,0,%s%n".formatted(amount, 1 + random.nextInt(2), fraud ? "fraud" : "fine"));
    }
    Files.writeString(folder.resolve("table.csv"), csv);
    runFile = folder.resolve("run.conf");
    Files.writeString(
        runFile,
        """
        data {
          source { format = csv, path = "%1$s/table.csv" }
          label = label
          features = [{ columns = [amount] }]
          shards = 4
        }
        model { kind = logistic }
        output = "%1$s/run"
        """
            .formatted(folder));
  }

  private CommandLineRun train(String output, String... settings) {
    List<String> all = new ArrayList<>(List.of("train", runFile.toString()));
    all.addAll(List.of("--master", "local[2]", "--set", "output=" + folder.resolve(output)));
    for (String setting : settings) {
      all.addAll(List.of("--set", setting));
    }
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "lbfgs"})
  void trainingRowsWithoutWeightAreAMistakeOfTheDataForEveryOptimizer(String optimizer) {
    CommandLineRun run =
        train("none-" + optimizer, "optimizer.kind=" + optimizer, "data.weight=none");
    assertThat(run.code()).isEqualTo(65);
    assertThat(run.last()).contains("column none", "add up to 0.0", "data.weight");
    assertThat(folder.resolve("none-" + optimizer + "/model")).doesNotExist();
  }
}
