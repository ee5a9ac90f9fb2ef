package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.ModelDirectory;
import dev.lockstep.train.store.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example that needs no data runs and ends where mathematics says. */
class ExamplesIT {
  @TempDir private Path folder;

  private JsonNode result;
  private String printed;

  private Map<String, Tensor> train(String example, String... settings) throws IOException {
    List<String> args = new ArrayList<>(List.of("train", "conf/" + example + ".conf"));
    args.addAll(List.of("--master", "local[2]", "--set", "output=" + folder.resolve("run")));
    args.addAll(List.of("--result-file", folder.resolve("result.json").toString()));
    args.addAll(List.of(settings));
    CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    printed = run.out();
    result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    return new ModelDirectory(
            CommitStores.open(folder.resolve("run/model").toString(), new Configuration()), "")
        .read()
        .tensors();
  }

  private double metric(String split, String name) {
    return result.path("metrics").path(split).path(name).asDouble(Double.NaN);
  }

  @Test
  void descentEndsWhereTheGeometricSeriesSays() throws IOException {
    float half = train("descent").get("linear.bias").floats()[0];
    assertThat((double) half).isCloseTo(3 * (1 - Math.pow(0.9, 100)), within(1e-5));
  }

  @Test
  void descentWithoutTheHalfHasTwiceTheRate() throws IOException {
    float bias =
        train("descent", "--set", "optimizer.learning_rate=0.2").get("linear.bias").floats()[0];
    assertThat((double) bias).isCloseTo(3 * (1 - Math.pow(0.8, 100)), within(1e-6));
  }

  @Test
  void aLineIsFoundByBatchDescent() throws IOException {
    Map<String, Tensor> batch = train("line-batch");
    assertThat(batch.get("linear.bias").floats()[0]).isCloseTo(1f, within(1e-5f));
    assertThat(batch.get("linear.weight").floats()[0]).isCloseTo(2f, within(1e-5f));
  }

  @Test
  void aLineIsFoundByStochasticDescent() throws IOException {
    Map<String, Tensor> line = train("line-sgd");
    assertThat(line.get("linear.bias").floats()[0]).isCloseTo(1f, within(1e-4f));
    assertThat(line.get("linear.weight").floats()[0]).isCloseTo(2f, within(1e-4f));
  }

  @Test
  void aNetworkOfLayersFitsALineWithItsFiveUnits() throws IOException {
    Map<String, Tensor> network = train("network-regression");
    assertThat(network.keySet()).containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
    assertThat(metric("test", "r2")).isGreaterThan(0.95);
    assertThat(metric("test", "rmse")).isLessThan(0.2);
  }

  @Test
  void aPerceptronOfTenUnitsTellsTheTwoClasses() throws IOException {
    train("network-binary");
    assertThat(metric("test", "auc")).isGreaterThan(0.9);
    assertThat(metric("test", "accuracy")).isGreaterThan(0.8);
  }

  @Test
  void theLassoIsThatOfCoordinateDescentWithTheSameExactZeros() throws IOException {
    PenalizedLeastSquares squares = leastSquares("lasso");
    double[] wanted = squares.lasso(0.1);
    long zeros = Arrays.stream(wanted).filter(weight -> weight == 0).count();
    assertThat(zeros).isBetween(1L, wanted.length - 1L);
    float[] weights = compare(train("lasso"), wanted, squares.intercept(wanted));
    for (int j = 0; j < wanted.length; j++) {
      assertThat(weights[j] == 0).as("weight %d is %s", j, wanted[j]).isEqualTo(wanted[j] == 0);
    }
  }

  @Test
  void ridgeIsThatOfTheClosedForm() throws IOException {
    PenalizedLeastSquares squares = leastSquares("ridge");
    double[] wanted = squares.ridge(0.1);
    float[] weights = compare(train("ridge"), wanted, squares.intercept(wanted));
    double square =
        IntStream.range(0, weights.length).mapToDouble(i -> weights[i] * weights[i]).sum();
    assertThat(result.path("objective").asDouble())
        .isCloseTo(metric("train", "loss") + 0.05 * square, within(1e-6));
  }

  private static PenalizedLeastSquares leastSquares(String example) {
    RunFile run =
        RunFileReader.read("conf/" + example + ".conf", List.of(), Optional.<String>empty());
    return new PenalizedLeastSquares(EncodedRows.of(run));
  }

  /** Rows are float32, and so is the sum of a score: six digits. */
  private static float[] compare(Map<String, Tensor> model, double[] wanted, double intercept) {
    float[] weights = model.get("linear.weight").floats();
    assertThat(weights).hasSameSizeAs(wanted);
    for (int j = 0; j < wanted.length; j++) {
      assertThat((double) weights[j]).as("weight %d", j).isCloseTo(wanted[j], within(2e-6));
    }
    assertThat((double) model.get("linear.bias").floats()[0]).isCloseTo(intercept, within(2e-6));
    return weights;
  }

  @Test
  void quickstartComesNearTheBestPossible() throws IOException {
    train("quickstart");
    double best = result.path("true_model").path("test").asDouble(Double.NaN);
    assertThat(metric("test", "loss")).isCloseTo(best, within(0.01 * best));
    assertThat(printed.lines().map(ExamplesIT::repeatable)).containsAll(shownByTheReadme());
  }

  /** What the README shows of the quickstart's output, but times and places. */
  private static List<String> shownByTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int from = readme.indexOf("rows: 80,000 train");
    String shown = readme.substring(from, readme.indexOf("```", from));
    List<String> lines =
        shown.lines().filter(line -> !line.equals("...")).map(ExamplesIT::repeatable).toList();
    assertThat(lines).hasSizeGreaterThan(9);
    return lines;
  }

  private static String repeatable(String line) {
    return line.replaceFirst("^(model|report): .*", "$1").replaceFirst(", [0-9,]+ rows/s$", "");
  }
}
