package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * What a pass over the data costs a cohort of K members of logistic regression, by engine {@code
 * gang}, against one member: seconds a pass, medians, in turn; the rows are larger than the caches.
 */
final class MemberCurve {
  private static final int FEATURES = 100;
  private static final int SHARDS = 64;
  private static final int[] MEMBERS = {1, 2, 4, 8, 16, 27, 54};
  private static final int[] BATCHES = {1 << 16, 1 << 12};
  private static final double MICROS = 1e6;

  private MemberCurve() {}

  static void run(Figures figures, String... args) {
    int rows = Figures.number("--rows", 1_000_000, args);
    int runs = Figures.number("--runs", 5, args);
    String master = Figures.option("--master", args).orElse("local[2]");
    Synthetic source =
        new Synthetic(Synthetic.Task.BINARY, rows, FEATURES, 1.0, 2, 0.5, 1, 0, false);
    try (LockstepSession session = LockstepSession.start("members", Optional.of(master));
        ShardedData data = OurFit.load(session, source, SHARDS);
        Cluster gang = data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      for (int batch : BATCHES) {
        print(figures, gang, batch, (rows + batch - 1) / batch, runs);
      }
    }
  }

  private static void print(Figures figures, Cluster gang, int batch, int batches, int runs) {
    Map<String, DoubleSupplier> passes = new LinkedHashMap<>();
    for (int members : MEMBERS) {
      TimedSteps.of(gang, batch, batches, members);
      passes.put(
          "pass of K=%d, batch %d, s, peer K=1".formatted(members, batch),
          () -> TimedSteps.of(gang, batch, batches, members).medianMicros() * batches / MICROS);
    }
    Map<String, Double> seconds = Figures.inTurn(runs, passes);
    double one = seconds.values().iterator().next();
    seconds.forEach((name, value) -> figures.print(name, value, one));
  }
}
