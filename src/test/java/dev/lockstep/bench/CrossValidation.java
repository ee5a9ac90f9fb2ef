package dev.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Synthetic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Nine configurations of elastic-net logistic regression by three folds, and the best one on all
 * rows: {@code lockstep tune} against MLlib's CrossValidator at parallelism 2, one after the other
 * in one process; seconds. MLlib's rows are cached before its clock starts; ours are counted both
 * without and with their preparation and Spark's start.
 */
final class CrossValidation {
  private static final double[] STRENGTHS = {1e-4, 1e-3, 1e-2};
  private static final double[] RATIOS = {0, 0.5, 1};
  private static final int FOLDS = 3;
  private static final double NEAR = 5e-4;
  private static final double NANOS = 1e9;
  private static final Path FOLDER = Path.of("target/bench/cross-validation");
  private static final Path OUTPUT = FOLDER.resolve("run");

  private CrossValidation() {}

  static void run(Figures figures, String... args) throws Exception {
    int rows = Figures.number("--rows", 1_000_000, args);
    String master = Figures.option("--master", args).orElse("local[2]");
    String parquet = FOLDER.resolve(rows + ".parquet").toString();
    try (LockstepSession session = LockstepSession.start("rows", Optional.of(master))) {
      Synthetic source = new Synthetic(Synthetic.Task.BINARY, rows, 100, 1.0, 2, 0.5, 1, 0, false);
      SourceRequest request = new SourceRequest(false, List.of(), List.of());
      source
          .open(session.session(), request)
          .rows()
          .select("features", "label")
          .write()
          .mode("overwrite")
          .parquet(parquet);
    }
    JsonNode ours = ours(parquet, master);
    Map<String, Double> scores = new TreeMap<>();
    double[] peer = mllib(parquet, master, scores);
    JsonNode seconds = ours.path("seconds");
    double prepare = seconds.path("prepare").asDouble();
    double total = seconds.path("total").asDouble();
    double trained = seconds.path("search").asDouble() - prepare + seconds.path("train").asDouble();
    figures.print("cross_validation_seconds", trained, peer[0]);
    figures.print("cross_validation_from_parquet_seconds", total, peer[1]);
    compare(figures, scores, ours);
  }

  private static JsonNode ours(String parquet, String master) throws Exception {
    Path file = FOLDER.resolve("run.conf");
    Files.writeString(
        file,
        """
        seed = 1
        data {
          source { format = parquet, path = "%s" }
          label = label
          split { validation = 0, test = 0 }
        }
        model = { kind = logistic }
        optimizer = { kind = owlqn }
        train { epochs = 50, tolerance = 1e-5 }
        tune {
          strategy { kind = grid }
          space {
            "regularization.strength" = [1e-4, 1e-3, 1e-2]
            "regularization.l1_ratio" = [0, 0.5, 1]
          }
          metric = auc, folds = %d
        }
        """
            .formatted(parquet, FOLDS));
    return StudyTrials.run(file, OUTPUT, "--master", master);
  }

  /** Seconds of the fit, and with reading and caching; the mean score of each configuration. */
  private static double[] mllib(String parquet, String master, Map<String, Double> scores)
      throws Exception {
    try (LockstepSession session = LockstepSession.start("MLlib", Optional.of(master))) {
      long start = System.nanoTime();
      Dataset<Row> rows =
          session.session().read().parquet(parquet).persist(StorageLevel.MEMORY_AND_DISK());
      rows.count();
      long cached = System.nanoTime();
      LogisticRegression regression =
          new LogisticRegression().setMaxIter(50).setStandardization(false);
      ParamMap[] grid =
          new ParamGridBuilder()
              .addGrid(regression.regParam(), STRENGTHS)
              .addGrid(regression.elasticNetParam(), RATIOS)
              .build();
      CrossValidatorModel model =
          new CrossValidator()
              .setEstimator(regression)
              .setEstimatorParamMaps(grid)
              .setEvaluator(new BinaryClassificationEvaluator())
              .setNumFolds(FOLDS)
              .setSeed(1)
              .setParallelism(2)
              .fit(rows);
      long end = System.nanoTime();
      for (int i = 0; i < grid.length; i++) {
        double strength = (double) grid[i].apply(regression.regParam());
        double ratio = (double) grid[i].apply(regression.elasticNetParam());
        scores.put(key(strength, ratio), model.avgMetrics()[i]);
      }
      return new double[] {(end - cached) / NANOS, (end - start) / NANOS};
    }
  }

  private static String key(double strength, double ratio) {
    return String.format(Locale.ROOT, "strength %s, l1_ratio %s", strength, ratio);
  }

  private static void compare(Figures figures, Map<String, Double> theirs, JsonNode result)
      throws IOException {
    Map<String, Double> ours = new TreeMap<>();
    Map<Integer, String> keys = new TreeMap<>();
    for (Map.Entry<Integer, StudyTrials.Ended> trial : StudyTrials.of(OUTPUT).entrySet()) {
      JsonNode values = trial.getValue().configuration();
      String key =
          key(
              values.path("regularization.strength").asDouble(),
              values.path("regularization.l1_ratio").asDouble());
      keys.put(trial.getKey(), key);
      ours.put(key, trial.getValue().score());
    }
    double largest = 0;
    for (Map.Entry<String, Double> each : theirs.entrySet()) {
      double own = ours.get(each.getKey());
      System.out.printf(
          Locale.ROOT, "%s: auc %.6f, MLlib %.6f%n", each.getKey(), own, each.getValue());
      largest = Math.max(largest, Math.abs(own - each.getValue()));
    }
    figures.print("largest_difference_of_mean_auc, limit", largest, NEAR);
    String best = theirs.entrySet().stream().max(Map.Entry.comparingByValue()).get().getKey();
    String chosen = keys.get(result.path("best").path("trial").asInt());
    System.out.printf(
        Locale.ROOT,
        "chosen: %s; MLlib: %s, %.2g better by MLlib's score%n",
        chosen,
        best,
        theirs.get(best) - theirs.get(chosen));
  }
}
