package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.RunDescription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.DoubleStream;

/** A study of made-up trials with a known optimum, under any names. */
final class SampleStudy {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");
  private static final int FOLDS = 5;

  private SampleStudy() {}

  /** The facts of a run of this name over this input. */
  static RunFacts facts(String name, String input) {
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("name", name);
    configuration.put("seed", 7);
    configuration.put("model", Map.of("kind", "logistic"));
    RunDescription description =
        RunDescription.of(
            configuration,
            16,
            Map.of("lockstep", "0.1.0", "java", "17", "spark", "4.1.0", "architecture", "amd64"),
            List.of(new RunDescription.InputFile(input, 3_974_305, 1_700_000_000_000L)));
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("train", 26_048L);
    rows.put("validation", 3_256L);
    rows.put("test", 16_281L);
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("prepare", 8.25);
    seconds.put("train", 141.5);
    seconds.put("evaluate", 3.2);
    seconds.put("total", 158.0);
    return new RunFacts("6d07893b-97d1", description, "finished", "", rows, seconds);
  }

  /**
   * A study.
   *
   * @param suffix stands at the end of every name and text
   */
  static StudyReport of(int trials, String suffix) {
    Random random = new Random(11);
    List<Trial> tried = new ArrayList<>();
    for (int number = 1; number <= trials; number++) {
      tried.add(trial(number, suffix, random));
    }
    OptionalInt best =
        tried.stream()
            .filter(trial -> trial.status().equals("finished"))
            .reduce((a, b) -> b.mean().getAsDouble() > a.mean().getAsDouble() ? b : a)
            .map(trial -> OptionalInt.of(trial.number()))
            .orElse(OptionalInt.empty());
    return new StudyReport(
        facts("income" + suffix, "data/adult.csv" + suffix),
        "random" + suffix,
        "auc",
        true,
        List.of(
            new Hyperparameter("optimizer.learning_rate" + suffix, true, OptionalDouble.of(0.61)),
            new Hyperparameter("regularization.l2" + suffix, true, OptionalDouble.of(0.22)),
            new Hyperparameter("optimizer.kind" + suffix, false, OptionalDouble.of(0.11)),
            new Hyperparameter("optimizer.momentum" + suffix, false, OptionalDouble.of(0.04)),
            new Hyperparameter("train.batch_size" + suffix, true, OptionalDouble.of(0.02))),
        tried,
        best,
        List.of(
            "Vocabularies and categories come from all training rows; mean and scale are exact for"
                + " each fold."
                + suffix));
  }

  private static Trial trial(int number, String suffix, Random random) {
    double rate = Math.pow(10, -4 + 3 * random.nextDouble());
    double l2 = Math.pow(10, -6 + 4 * random.nextDouble());
    boolean adam = random.nextBoolean();
    double momentum = Math.rint(99 * random.nextDouble()) / 100;
    int batch = 128 << random.nextInt(4);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("optimizer.learning_rate" + suffix, rate);
    values.put("regularization.l2" + suffix, l2);
    values.put("optimizer.kind" + suffix, (adam ? "adam" : "sgd") + suffix);
    if (!adam) {
      values.put("optimizer.momentum" + suffix, momentum);
    }
    values.put("train.batch_size" + suffix, batch);
    if (number % 23 == 0) {
      String reason = "step 310: loss NaN is not finite; try a smaller rate" + suffix;
      OptionalDouble none = OptionalDouble.empty();
      return new Trial(number, "diverged", reason, values, none, none, new double[0], 1, 0.8);
    }
    double center =
        0.905
            - 0.018 * Math.pow(Math.log10(rate) + 2, 2)
            - 0.004 * Math.pow(Math.log10(l2) + 4.5, 2)
            - (adam ? 0 : 0.006 * (1 - momentum))
            + (number % 7 == 0 ? 0.02 : 0);
    double[] folds = random.doubles(FOLDS).map(noise -> center + 0.006 * (noise - 0.5)).toArray();
    double mean = DoubleStream.of(folds).average().orElseThrow();
    double squares = DoubleStream.of(folds).map(fold -> (fold - mean) * (fold - mean)).sum();
    double deviation = Math.sqrt(squares / (FOLDS - 1));
    return new Trial(
        number,
        number % 7 == 0 ? "stopped" : "finished",
        "",
        values,
        OptionalDouble.of(mean),
        OptionalDouble.of(deviation),
        folds,
        number % 7 == 0 ? 3 : 20,
        4 + random.nextDouble() * 6);
  }

  /** A result with a confusion table, as a refit leaves it. */
  static ObjectNode result(String suffix) {
    ObjectNode result = JSON.createObjectNode().put("status", "finished");
    for (String split : List.of("train", "test")) {
      ObjectNode metrics = result.withObject("/metrics").putObject(split);
      metrics.put("log_loss", 0.31872).put("auc", 0.90412).put("accuracy", 0.85233);
      metrics.putArray("confusion").addArray().add(11_500).add(900);
      metrics.withArray("confusion").addArray().add(1500).add(2381);
    }
    result.putArray("classes").add("<=50K" + suffix).add(">50K" + suffix);
    result.put("steps", 6000).put("epochs", 20).put("parameters_sha256", "a4d57a06".repeat(8));
    return result;
  }
}
