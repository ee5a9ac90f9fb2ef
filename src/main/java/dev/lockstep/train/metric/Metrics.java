package dev.lockstep.train.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The names of all metrics and which way each is better. */
public final class Metrics {
  /** What the names of metrics from fixed bins end in. */
  public static final String BINNED = "_binned";

  private static final Map<String, Boolean> HIGHER_IS_BETTER = new LinkedHashMap<>();

  static {
    lower("loss", "log_loss", "rmse", "mae", "poisson_deviance", "perplexity");
    higher("accuracy", "balanced_accuracy", "top_k_accuracy", "r2", "auc", "pr_auc");
    higher("auc" + BINNED, "pr_auc" + BINNED, "precision", "recall", "f1");
    for (String average : new String[] {"_macro", "_micro", "_weighted"}) {
      higher("precision" + average, "recall" + average, "f1" + average);
    }
  }

  private Metrics() {}

  private static void lower(String... names) {
    for (String name : names) {
      HIGHER_IS_BETTER.put(name, false);
    }
  }

  private static void higher(String... names) {
    for (String name : names) {
      HIGHER_IS_BETTER.put(name, true);
    }
  }

  /** Every name, and whether higher values are better. */
  public static Map<String, Boolean> higherIsBetter() {
    return Collections.unmodifiableMap(HIGHER_IS_BETTER);
  }

  /** Whether higher values of a metric are better. */
  public static boolean higherIsBetter(String name) {
    Boolean higher = HIGHER_IS_BETTER.get(name);
    if (higher == null) {
      throw new IllegalArgumentException(name + " is no metric of " + HIGHER_IS_BETTER.keySet());
    }
    return higher;
  }

  /** A metric by name; a curve's from bins where the exact one was not computed. */
  public static Optional<Double> find(Map<String, Double> metrics, String name) {
    Double value = metrics.get(name);
    return Optional.ofNullable(value == null ? metrics.get(name + BINNED) : value);
  }
}
