package dev.lockstep.app;

import dev.lockstep.data.Split;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.Precision;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The exact metrics of a trained model.
 *
 * @param bySplit metrics by name, by split in lower case; splits without rows are left out
 * @param objective the training objective, penalties included
 * @param objectiveIs what the objective contains
 */
record FinalMetrics(
    Map<String, Map<String, Double>> bySplit, double objective, String objectiveIs) {

  /** Evaluates parameters on every split that has rows. */
  static FinalMetrics of(RunFile run, Cluster cluster, Parameters params) {
    Map<String, Map<String, Double>> bySplit = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      if (cluster.rows(split) > 0) {
        bySplit.put(
            split.name().toLowerCase(Locale.ROOT),
            cluster.evaluate(params, split, Precision.EXACT).get(0).metrics());
      }
    }
    double loss = bySplit.get("train").getOrDefault("loss", Double.NaN);
    Penalty penalty = Penalty.of(run.regularization(), run.model().layout(cluster.schema()));
    return new FinalMetrics(bySplit, loss + penalty.of(params.values()), penalty.describe());
  }

  /** A line a split. */
  void print(PrintStream out) {
    bySplit.forEach((split, metrics) -> out.println(split + ": " + headline(metrics)));
    out.println(String.format(Locale.ROOT, "objective %.9g (%s)", objective, objectiveIs));
  }

  private static String headline(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .filter(metric -> Progress.SHOWN.contains(metric.getKey()))
        .map(metric -> metric.getKey() + " " + Progress.number(metric.getValue()))
        .collect(Collectors.joining(", "));
  }
}
