package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  private CommandLineRun lockstep(
      String command, String output, List<String> options, String... settings) {
    List<String> all = new ArrayList<>(List.of(command, runFile.toString()));
    all.addAll(List.of("--master", "local[2]", "--set", "output=" + folder.resolve(output)));
    all.addAll(options);
    for (String setting : settings) {
      all.addAll(List.of("--set", setting));
    }
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"balanced", "{fraud=9,fine=0.5}"})
  void metricsOfTheTrainingRowsAreThoseOfEvaluateWhateverTheClassesWeigh(String weights)
      throws IOException {
    String[] settings = {"optimizer.kind=lbfgs", "data.weight=w", "data.class_weight=" + weights};
    String output = "classes" + weights.length();
    CommandLineRun run = lockstep("train", output, List.of(), settings);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("(mean training loss by class weights)");
    JsonNode trained = json(folder.resolve(output + "/result.json"));
    Path file = folder.resolve(output + ".json");
    List<String> options = List.of("--split", "train", "--result-file", file.toString());
    assertThat(lockstep("evaluate", output, options, settings).code()).isZero();
    JsonNode wanted = trained.path("metrics").path("train");
    JsonNode found = json(file).path("metrics").path("train");
    for (String metric : List.of("loss", "auc", "accuracy", "recall", "f1_macro")) {
      assertThat(found.path(metric).asDouble(-1))
          .as(metric)
          .isCloseTo(wanted.path(metric).asDouble(), within(1e-6));
    }
    assertThat(trained.path("objective").asDouble())
        .isNotCloseTo(wanted.path("loss").asDouble(), within(1e-3));
  }

  /** Weights that are all the same change no mean, whatever else training does to the rows. */
  @ParameterizedTest
  @ValueSource(strings = {"dropout=0.5", "norm=batch", "compute=bf16"})
  void theObjectiveOfANetworkIsThatOfItsTrainedFormByClassWeights(String setting)
      throws IOException {
    String output = "network-" + setting.substring(0, setting.indexOf('='));
    CommandLineRun run =
        lockstep(
            "train",
            output,
            List.of(),
            "model={kind=mlp,hidden=[8],%s}".formatted(setting),
            "optimizer.kind=adam",
            "data.weight=w",
            "data.class_weight={fraud=2,fine=2}");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = json(folder.resolve(output + "/result.json"));
    assertThat(result.path("objective").asDouble())
        .isCloseTo(result.path("metrics").path("train").path("loss").asDouble(), within(1e-9));
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "lbfgs"})
  void trainingRowsWithoutWeightAreAMistakeOfTheDataForEveryOptimizer(String optimizer) {
    String[] settings = {"optimizer.kind=" + optimizer, "data.weight=none"};
    CommandLineRun run = lockstep("train", "none-" + optimizer, List.of(), settings);
    assertThat(run.code()).isEqualTo(65);
    assertThat(run.last()).contains("column none", "add up to 0.0", "data.weight");
    assertThat(folder.resolve("none-" + optimizer + "/model")).doesNotExist();
  }
}
