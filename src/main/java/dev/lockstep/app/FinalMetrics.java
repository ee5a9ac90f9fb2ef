package dev.lockstep.app;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Updates;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The metrics of a trained model; curves are exact but for very many rows.
 *
 * @param bySplit metrics by name, by split in lower case; splits without rows are left out
 * @param confusions the same of which class was taken for which
 * @param objective the training objective, penalties included
 * @param objectiveIs what the objective contains
 */
record FinalMetrics(
    Map<String, Map<String, Double>> bySplit,
    Map<String, ConfusionTable> confusions,
    double objective,
    String objectiveIs) {

  /** Evaluates parameters on every split that has rows. */
  static FinalMetrics of(RunFile run, Cluster cluster, Parameters params) {
    Map<String, Map<String, Double>> bySplit = new LinkedHashMap<>();
    Map<String, ConfusionTable> confusions = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      long rows = cluster.rows(split);
      if (rows > 0) {
        String name = split.name().toLowerCase(Locale.ROOT);
        Evaluation evaluation = cluster.evaluate(params, split, Precision.of(split, rows)).get(0);
        bySplit.put(name, evaluation.metrics());
        confusions.put(name, ConfusionTable.of(cluster.schema().classes(), evaluation));
      }
    }
    double l1 = run.regularization().l1Weight();
    double l2 = run.regularization().l2Weight();
    Layout layout = run.model().layout(cluster.schema());
    double penalty = Updates.penalty(params.values(), 0, layout, l1, l2);
    double loss =
        cluster.schema().classWeights().isEmpty()
            ? loss(bySplit.get("train"))
            : loss(cluster.evaluateByClassWeights(params).get(0).metrics());
    return new FinalMetrics(
        bySplit, confusions, loss + penalty, describe(cluster.schema(), l1, l2));
  }

  private static double loss(Map<String, Double> metrics) {
    return metrics.getOrDefault("loss", Double.NaN);
  }

  private static String describe(Schema schema, double l1, double l2) {
    String text = "mean training loss";
    if (!schema.classWeights().isEmpty()) {
      text += " by class weights";
    }
    if (l1 > 0) {
      text += " + " + l1 + " |w|_1";
    }
    return l2 > 0 ? text + " + " + l2 + " / 2 |w|^2" : text;
  }

  /** A line a split. */
  void print(PrintStream out) {
    bySplit.forEach((split, metrics) -> out.println(split + ": " + headline(metrics)));
    out.println(String.format(Locale.ROOT, "objective %.9g (%s)", objective, objectiveIs));
  }

  private static String headline(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .filter(metric -> Progress.isShown(metric.getKey(), metrics))
        .map(metric -> metric.getKey() + " " + Progress.number(metric.getValue()))
        .collect(Collectors.joining(", "));
  }
}
