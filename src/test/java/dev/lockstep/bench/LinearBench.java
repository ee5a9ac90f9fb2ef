package dev.lockstep.bench;

import dev.lockstep.optim.Lbfgs;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Parquet;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Logistic regression (l2) to MLlib's final objective within 1e-4, against MLlib's own time in the
 * same run, in turn; seconds, medians. Data is cached for both, except from parquet to model, where
 * everything counts: three turns at most, an odd number, since the first finds both sides half cold
 * and a mean of two would be half of that. Where the rows are dense, cached data also against
 * scikit-learn's L-BFGS with as many BLAS threads as it takes by itself, to the same objective in
 * the fewest iterations.
 *
 * <p>Usage: {@code LinearBench [--master M] [--rows N] [--runs R] [--only dense|sparse] [--json
 * FILE]}.
 */
public final class LinearBench {
  private static final double L2 = 1e-4;
  private static final double WITHIN = 1e-4;
  private static final int WHOLE_RUNS = 3;
  private static final OurFit OURS = new OurFit(Lbfgs.DEFAULTS, 0, L2);

  private LinearBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws Exception {
    int rows = Figures.number("--rows", 1_000_000, args);
    int runs = Figures.number("--runs", 3, args);
    String only = Figures.option("--only", args).orElse("");
    Optional<String> master = Figures.option("--master", args).or(() -> Optional.of("local[2]"));
    Figures figures = new Figures();
    try (LockstepSession session = LockstepSession.start("linear bench", master)) {
      if (!only.equals("sparse")) {
        compare(session, "dense_" + rows + "x100", source(rows, 100, 1.0), runs, figures);
      }
      if (!only.equals("dense")) {
        compare(session, "sparse_" + rows + "x100k", source(rows, 100_000, 3e-4), runs, figures);
      }
    }
    figures.write(args);
  }

  private static Synthetic source(int rows, int features, double density) {
    Synthetic.Task task = Synthetic.Task.BINARY;
    return new Synthetic(task, rows, features, density, 2, 0.5, 1, 0, false);
  }

  private static void compare(
      LockstepSession session, String name, Synthetic source, int runs, Figures figures)
      throws IOException {
    Dataset<Row> rows = OurFit.rows(session, source).persist(StorageLevel.MEMORY_AND_DISK());
    rows.count();
    String parquet = "target/bench/" + name + ".parquet";
    rows.write().mode("overwrite").parquet(parquet);
    int iterations = cached(session, name, source, rows, runs, figures);
    rows.unpersist(true);
    double[] whole =
        Figures.inTurn(
            Math.min(WHOLE_RUNS, runs),
            () -> Figures.seconds(() -> fromParquet(session, parquet, iterations)),
            () -> Figures.seconds(() -> mllib(session.session().read().parquet(parquet))));
    figures.print("parquet_to_model_" + name + "_seconds", whole[0], whole[1]);
  }

  /** Prints the figures of cached data; our iterations. */
  private static int cached(
      LockstepSession session,
      String name,
      Synthetic source,
      Dataset<Row> rows,
      int runs,
      Figures figures)
      throws IOException {
    double objective = mllib(rows);
    double wanted = objective * (1 + WITHIN);
    RowFiles files = new RowFiles(Path.of("target/bench/linear"), source.rows(), source.features());
    try (ShardedData data = OurFit.load(session, source);
        Cluster cluster = OurFit.cluster(data);
        OtherSolvers others =
            new OtherSolvers(files, L2, 0, params -> OURS.objective(cluster, params), wanted)) {
      int iterations = OURS.iterationsTo(cluster, objective, WITHIN);
      double ours = OURS.objective(cluster, OURS.train(cluster, iterations));
      System.out.printf(
          Locale.ROOT,
          "objective: MLlib %.8f, ours %.8f after %d iterations%n",
          objective,
          ours,
          iterations);
      cluster.release(); // Spark's slots, for the jobs of others
      if (source.density() == 1) {
        files.write(rows);
        others.addScikitLearn();
      }
      cluster.release();
      Map<String, DoubleSupplier> turns = new LinkedHashMap<>();
      turns.put("ours", () -> Figures.seconds(() -> OURS.train(cluster, iterations)));
      turns.put("mllib", () -> Figures.seconds(() -> mllib(rows)));
      turns.putAll(others.turns());
      Map<String, Double> medians = Figures.inTurn(runs, turns);
      figures.print("cached_" + name + "_seconds", medians.get("ours"), medians.get("mllib"));
      for (String other : others.turns().keySet()) {
        String figure = "cached_" + name + "_seconds_against_" + other;
        figures.print(figure, medians.get("ours"), medians.get(other));
      }
      return iterations;
    }
  }

  private static void fromParquet(LockstepSession session, String path, int iterations) {
    try (ShardedData data = OurFit.load(session, new Parquet(path));
        Cluster cluster = OurFit.cluster(data)) {
      OURS.train(cluster, iterations);
    }
  }

  /** MLlib's final objective with its own defaults, our penalty. */
  private static double mllib(Dataset<Row> rows) {
    LogisticRegressionModel model =
        new LogisticRegression().setRegParam(L2).setStandardization(false).fit(rows);
    double[] history = model.summary().objectiveHistory();
    return history[history.length - 1];
  }
}
