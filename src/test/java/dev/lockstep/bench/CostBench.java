package dev.lockstep.bench;

import dev.lockstep.optim.Lbfgs;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * COST (McSherry, Isard, Murray 2015): how many cores beat one good thread? Logistic regression
 * (l2) with one core, {@code local[1]} and engine {@code gang}, against liblinear and scikit-learn
 * with one thread each; all have the rows in memory. Each is given the fewest iterations, or the
 * widest tolerance, that come within 1e-4 of the least objective; which is mean log loss + l2 / 2
 * |w|^2, computed by us for all. Seconds, medians, in turn.
 *
 * <p>Usage: {@code CostBench [--rows N] [--runs R] [--json FILE]}.
 */
public final class CostBench {
  private static final double L2 = 1e-4;
  private static final double WITHIN = 1e-4;
  private static final int FEATURES = 100;
  private static final int MOST_ITERATIONS = 60;
  private static final OurFit OURS = new OurFit(Lbfgs.DEFAULTS, 0, L2);

  private CostBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws Exception {
    int rows = Figures.number("--rows", 1_000_000, args);
    int runs = Figures.number("--runs", 5, args);
    Figures figures = new Figures();
    Synthetic source =
        new Synthetic(Synthetic.Task.BINARY, rows, FEATURES, 1.0, 2, 0.5, 1, 0, false);
    try (LockstepSession session = LockstepSession.start("cost bench", Optional.of("local[1]"))) {
      RowFiles files = new RowFiles(Path.of("target/bench/cost"), rows, FEATURES);
      files.write(OurFit.rows(session, source));
      try (ShardedData data = OurFit.load(session, source);
          Cluster cluster = OurFit.cluster(data)) {
        compare(cluster, files, runs, figures);
      }
    }
    figures.write(args);
  }

  private static void compare(Cluster cluster, RowFiles files, int runs, Figures figures)
      throws IOException {
    double least = OURS.objective(cluster, OURS.train(cluster, MOST_ITERATIONS));
    double wanted = least * (1 + WITHIN);
    int iterations = OURS.iterationsTo(cluster, least, WITHIN);
    float[] ours = OURS.train(cluster, iterations);
    System.out.printf(
        Locale.ROOT,
        "least objective %.8f; ours %.8f after %d iterations, %d rounds%n",
        least,
        OURS.objective(cluster, ours),
        iterations,
        OURS.rounds(cluster, iterations));
    try (OtherSolvers peers =
        new OtherSolvers(files, L2, 1, params -> OURS.objective(cluster, params), wanted)) {
      peers.addLiblinear();
      peers.addScikitLearn();
      cluster.release();
      Map<String, DoubleSupplier> turns = new LinkedHashMap<>();
      turns.put("ours", () -> Figures.seconds(() -> OURS.train(cluster, iterations)));
      turns.putAll(peers.turns());
      Map<String, Double> medians = Figures.inTurn(runs, turns);
      peers
          .turns()
          .keySet()
          .forEach(
              peer ->
                  figures.print(
                      "one_core_seconds_against_" + peer, medians.get("ours"), medians.get(peer)));
    }
  }
}
