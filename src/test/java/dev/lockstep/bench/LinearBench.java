package dev.lockstep.bench;

import dev.lockstep.optim.Lbfgs;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Parquet;
import dev.lockstep.spark.source.Source;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Logistic regression (l2) to MLlib's final objective within 1e-4, against MLlib's own time in the
 * same run, in turn; seconds, medians. Data is cached for both, except from parquet to model, where
 * everything counts.
 *
 * <p>Usage: {@code LinearBench [--master M] [--rows N] [--runs R] [--only dense|sparse] [--json
 * FILE]}.
 */
public final class LinearBench {
  private static final double L2 = 1e-4;
  private static final double WITHIN = 1e-4;
  private static final double NANOS = 1e9;
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
      LockstepSession session, String name, Synthetic source, int runs, Figures figures) {
    Dataset<Row> rows = rows(session, source).persist(StorageLevel.MEMORY_AND_DISK());
    rows.count();
    String parquet = "target/bench/" + name + ".parquet";
    rows.write().mode("overwrite").parquet(parquet);
    double objective = mllib(rows);
    double[] cached = cached(session, source, rows, objective, runs);
    figures.print("cached_" + name + "_seconds", cached[0], cached[1]);
    rows.unpersist(true);
    int iterations = (int) cached[2];
    double[] whole =
        Figures.inTurn(
            Math.max(1, runs / 2),
            () -> seconds(() -> fromParquet(session, parquet, iterations)),
            () -> seconds(() -> mllib(session.session().read().parquet(parquet))));
    figures.print("parquet_to_model_" + name + "_seconds", whole[0], whole[1]);
  }

  /** Our median and MLlib's, and our iterations. */
  private static double[] cached(
      LockstepSession session, Synthetic source, Dataset<Row> rows, double objective, int runs) {
    try (ShardedData data = OurFit.load(session, source);
        Cluster cluster = OurFit.cluster(data)) {
      int iterations = OURS.iterationsTo(cluster, objective, WITHIN);
      double[] medians =
          Figures.inTurn(
              runs,
              () -> seconds(() -> OURS.train(cluster, iterations)),
              () -> seconds(() -> mllib(rows)));
      System.out.printf(
          Locale.ROOT,
          "objective: MLlib %.8f, ours %.8f after %d iterations%n",
          objective,
          OURS.objective(cluster, OURS.train(cluster, iterations)),
          iterations);
      return new double[] {medians[0], medians[1], iterations};
    }
  }

  private static void fromParquet(LockstepSession session, String path, int iterations) {
    try (ShardedData data = OurFit.load(session, new Parquet(path));
        Cluster cluster = OurFit.cluster(data)) {
      OURS.train(cluster, iterations);
    }
  }

  private static Dataset<Row> rows(LockstepSession session, Source source) {
    SourceRequest request = new SourceRequest(false, List.of(), List.of());
    return source.open(session.session(), request).rows().select("features", "label");
  }

  /** MLlib's final objective with its own defaults, our penalty. */
  private static double mllib(Dataset<Row> rows) {
    LogisticRegressionModel model =
        new LogisticRegression().setRegParam(L2).setStandardization(false).fit(rows);
    double[] history = model.summary().objectiveHistory();
    return history[history.length - 1];
  }

  private static double seconds(Runnable work) {
    long from = System.nanoTime();
    work.run();
    return (System.nanoTime() - from) / NANOS;
  }
}
