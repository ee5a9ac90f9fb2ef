package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Redaction;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A configuration that a study tried.
 *
 * @param number from 1, in the order of the decisions
 * @param status {@code finished}, {@code diverged}, {@code stopped}, {@code running}, ..
 * @param reason why it ended so; empty where the status says all
 * @param configuration values by hyperparameter: numbers, texts, booleans; those that do not apply
 *     to this trial are left out
 * @param mean of the metric over its folds, so far where it did not finish; empty where there is
 *     none, or none of use: the trial failed or diverged
 * @param deviation over its folds, with n - 1
 * @param folds the metric of each fold; NaN where a fold has none yet
 * @param epochs that it trained
 * @param seconds that it took
 */
public record Trial(
    int number,
    String status,
    String reason,
    Map<String, Object> configuration,
    OptionalDouble mean,
    OptionalDouble deviation,
    double[] folds,
    int epochs,
    double seconds) {

  /** Replaces secrets in the configuration. */
  public Trial {
    configuration = Redaction.map(configuration);
  }

  void put(ObjectNode node) {
    node.put("number", number).put("status", status).put("reason", reason);
    ObjectNode values = node.putObject("configuration");
    configuration.forEach((name, value) -> put(values, name, value));
    put(node, "mean", mean.orElse(Double.NaN));
    put(node, "deviation", deviation.orElse(Double.NaN));
    ArrayNode scores = node.putArray("folds");
    for (double fold : folds) {
      if (Double.isFinite(fold)) {
        scores.add(fold);
      } else {
        scores.addNull();
      }
    }
    node.put("epochs", epochs).put("seconds", seconds);
  }

  private static void put(ObjectNode node, String name, Object value) {
    if (value instanceof Long || value instanceof Integer) {
      node.put(name, ((Number) value).longValue());
    } else if (value instanceof Number number) {
      put(node, name, number.doubleValue());
    } else {
      node.put(name, String.valueOf(value));
    }
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
