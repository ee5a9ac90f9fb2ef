package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on a sine of period 12, whose next value the last two tell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeriesIT {
  private static final int ROWS = 300;

  @TempDir private static Path folder;

  @BeforeAll
  void write() throws IOException {
    StringBuilder csv = new StringBuilder("step,y\n");
    for (int i = 0; i < ROWS; i++) {
      csv.append(i).append(',').append(value(i)).append('\n');
    }
    Files.writeString(folder.resolve("sine.csv"), csv);
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = csv, path = "%1$s/sine.csv" }
          label = y
          series { time = step, window = 6, horizon = 1 }
          split { validation = 0, test = 0.2 }
          shards = 4
        }
        model { kind = gru, embedding = 4, hidden = [8], loss { kind = mse } }
        optimizer { kind = adam, learning_rate = 0.02 }
        train { epochs = 20, batch_size = 16 }
        """
            .formatted(folder));
  }

  private static double value(int step) {
    return Math.sin(step * Math.PI / 6);
  }

  private static CommandLineRun lockstep(String command, String master, String... more) {
    return CommandLineRun.of(command, folder.resolve("run.conf"), master, more);
  }

  private static JsonNode result(String name) throws IOException {
    return CommandLineRun.result(folder.resolve(name));
  }

  private static double rmse(String name) throws IOException {
    return result(name).path("metrics").path("test").path("rmse").asDouble();
  }

  @Test
  void theNextValueIsForetoldWhateverTheTasksAndEngine() throws IOException {
    String one = "output=" + folder.resolve("one");
    CommandLineRun trained = lockstep("train", "local[1]", "--set", one);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(rmse("one")).isLessThan(0.1);
    String three = "output=" + folder.resolve("three");
    String[] jobs = {"--set", three, "--set", "engine.kind=job"};
    assertThat(lockstep("train", "local[3]", jobs).code()).isZero();
    assertThat(result("three").path("parameters_sha256"))
        .isEqualTo(result("one").path("parameters_sha256"));
    Path predictions = folder.resolve("predictions");
    CommandLineRun predicted =
        lockstep(
            "predict", "local[2]", "--set", one, "--keep", "step", "--output", "" + predictions);
    assertThat(predicted.code()).as(predicted.err()).isZero();
    assertThat(predicted.out()).contains("rows have no prediction: fewer than data.series.window");
    String last =
        SmallTable.lines(predictions).stream()
            .filter(row -> row.matches((ROWS - 1) + "(\\.0)?,.*"))
            .findFirst()
            .orElseThrow();
    double next = Double.parseDouble(last.substring(last.lastIndexOf(',') + 1));
    assertThat(Math.abs(next - value(ROWS))).as(last).isLessThan(0.25);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ kind = mlp, hidden = [16], loss { kind = mse } }",
        "{ kind = cnn, channels = [8], dense = [16], loss { kind = mse } }",
        "{ kind = transformer, layers = 1, width = 8, heads = 2, take = last, loss { kind = mse } }",
        "{ kind = network, loss { kind = mse }, layers = [ { kind = lstm, units = 8 },"
            + " { kind = dense } ] }"
      })
  void networksOfEveryKindLearnFromWindows(String model) throws IOException {
    String name = "m" + Math.abs(model.hashCode());
    String output = "output=" + folder.resolve(name);
    CommandLineRun trained =
        lockstep("train", "local[2]", "--set", output, "--set", "model=" + model);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(rmse(name)).isLessThan(0.4);
  }

  @Test
  void eachFoldOfASearchIsJudgedByAModelOfTheStepsBeforeIt() throws IOException {
    int folds = 3;
    int windows = ROWS - 6;
    int size = windows / (folds + 1);
    List<String> linear = List.of("model={ kind = linear }", "optimizer={ kind = gd }");
    String tune =
        "tune={ strategy { kind = manual, configurations = [{ \"train.epochs\" = 30 }] },"
            + " metric = rmse, folds = %d }".formatted(folds);
    JsonNode found = result("tune", "folds", linear, List.of(tune, "data.split.test=0"));
    for (int fold = 0; fold < folds; fold++) {
      int start = ROWS - (folds - fold) * size;
      List<String> parts =
          List.of(
              "data.where=step < " + (start + size),
              "data.split={ validation = \"step >= %d\", test = 0 }".formatted(start),
              "train.epochs=30");
      JsonNode plain = result("train", "before" + fold, linear, parts);
      assertThat(plain.path("rows").path("validation").asInt()).isEqualTo(size);
      double wanted = plain.path("metrics").path("validation").path("rmse").asDouble();
      // The same rows and statistics; sums are in another order, features rounded otherwise.
      assertThat(found.path("best").path("folds").get(fold).asDouble())
          .isCloseTo(wanted, within(2e-5));
    }
  }

  private static JsonNode result(
      String command, String name, List<String> settings, List<String> more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--set", "train={}"));
    Stream.of(settings, more, List.of("output=" + folder.resolve(name)))
        .flatMap(List::stream)
        .forEach(setting -> words.addAll(List.of("--set", setting)));
    CommandLineRun run = lockstep(command, "local[2]", words.toArray(String[]::new));
    assertThat(run.code()).as(run.text()).isZero();
    return result(name);
  }

  @Test
  void predictLeavesOutTheRowsThatTrainingLeavesOut() throws IOException {
    StringBuilder csv = new StringBuilder("step,y\n");
    for (int i = 0; i < ROWS; i++) {
      csv.append("%d,%s\n%d.5,\n".formatted(i, value(i), i));
    }
    csv.append("%d.0,%s\n".formatted(ROWS - 1, value(ROWS - 1)));
    Files.writeString(folder.resolve("noisy.csv"), csv);
    List<String> settings = new ArrayList<>();
    for (String setting :
        List.of(
            "data.source.path=" + folder.resolve("noisy.csv"),
            "data.where=y is not null",
            "data.distinct=true",
            "train.epochs=1",
            "output=" + folder.resolve("noisy"))) {
      settings.addAll(List.of("--set", setting));
    }
    CommandLineRun trained = lockstep("train", "local[2]", settings.toArray(String[]::new));
    assertThat(trained.code()).as(trained.text()).isZero();
    Path predictions = folder.resolve("of-noisy");
    settings.addAll(List.of("--keep", "step", "--output", "" + predictions));
    CommandLineRun predicted = lockstep("predict", "local[2]", settings.toArray(String[]::new));
    assertThat(predicted.code()).as(predicted.text()).isZero();
    assertThat(SmallTable.lines(predictions).stream().filter(row -> row.matches("\\d.*")))
        .hasSize(ROWS - 5)
        .noneMatch(row -> row.matches("\\d+[.].*"))
        .anyMatch(row -> row.startsWith(ROWS - 1 + ","));
    settings.addAll(List.of("--set", "data.where=gone > 1"));
    CommandLineRun absent = lockstep("predict", "local[2]", settings.toArray(String[]::new));
    assertThat(absent.code()).as(absent.text()).isEqualTo(65);
    assertThat(absent.last()).contains("column gone is missing, which data.where reads");
  }

  @Test
  void wrongSettingsEndACheck() {
    CommandLineRun absent = lockstep("check", "local[2]", "--set", "data.series.time=day");
    assertThat(absent.code()).as(absent.err()).isEqualTo(65);
    assertThat(absent.last())
        .endsWith("data.series.time: the source has no column day; it has step, y");
    CommandLineRun both = lockstep("check", "local[2]", "--set", "data.split.test=step > 200");
    assertThat(both.code()).as(both.err()).isZero();
    CommandLineRun image = lockstep("check", "local[2]", "--set", "data.augment.shift=1");
    assertThat(image.code()).as(image.err()).isEqualTo(78);
    assertThat(image.last()).contains("data.augment flips and shifts images, but the features are");
    CommandLineRun fine = lockstep("check", "local[2]");
    assertThat(fine.code()).as(fine.err()).isZero();
  }
}
