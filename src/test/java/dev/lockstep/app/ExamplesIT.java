package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.ModelDirectory;
import dev.lockstep.train.store.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example that needs no data runs and ends where mathematics says. */
class ExamplesIT {
  @TempDir private Path folder;

  private JsonNode result;

  private Map<String, Tensor> train(String example, String... settings) throws IOException {
    List<String> args = new ArrayList<>(List.of("train", "conf/" + example + ".conf"));
    args.addAll(List.of("--master", "local[2]", "--set", "output=" + folder.resolve("run")));
    args.addAll(List.of("--result-file", folder.resolve("result.json").toString()));
    args.addAll(List.of(settings));
    CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
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
  void theLassoLeavesExactZerosAndMeetsItsOptimalityConditions() throws IOException {
    float[] weights = train("lasso").get("linear.weight").floats();
    long zeros = IntStream.range(0, weights.length).filter(i -> weights[i] == 0f).count();
    assertThat(zeros).isBetween(5L, 45L);
    double l1 = IntStream.range(0, weights.length).mapToDouble(i -> Math.abs(weights[i])).sum();
    double objective = result.path("objective").asDouble();
    double loss = metric("train", "loss");
    assertThat(objective).isCloseTo(loss + 0.1 * l1, within(1e-6));
  }

  @Test
  void ridgeShrinksAndReportsItsPenalty() throws IOException {
    float[] weights = train("ridge").get("linear.weight").floats();
    double square =
        IntStream.range(0, weights.length).mapToDouble(i -> weights[i] * weights[i]).sum();
    assertThat(result.path("objective").asDouble())
        .isCloseTo(metric("train", "loss") + 0.05 * square, within(1e-6));
    assertThat(metric("test", "r2")).isGreaterThan(0.7);
  }

  @Test
  void quickstartComesNearTheBestPossible() throws IOException {
    train("quickstart");
    double best = result.path("true_model").path("test").asDouble(Double.NaN);
    assertThat(metric("test", "loss")).isCloseTo(best, within(0.01 * best));
  }
}
