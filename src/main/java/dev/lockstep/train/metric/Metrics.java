package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The names of all metrics and which way each is better. */
public final class Metrics {
  /** What the names of metrics from fixed bins end in. */
  public static final String BINNED = "_binned";

  private static final Map<String, Boolean> HIGHER_IS_BETTER = new LinkedHashMap<>();

  private static final List<String> DECISIONS =
      List.of("accuracy", "balanced_accuracy", "precision", "recall", "f1");
  private static final List<String> CURVES = List.of("auc", "pr_auc");
  private static final Set<String> CURVES_AND_LOSS =
      Set.of("loss", "auc", "auc" + BINNED, "pr_auc", "pr_auc" + BINNED);
  private static final String[] AVERAGES = {"_macro", "_micro", "_weighted"};

  static {
    lower("loss", "log_loss", "perplexity", "rmse", "mae", "poisson_deviance");
    higher("accuracy", "balanced_accuracy", "top_k_accuracy", "r2", "auc", "pr_auc");
    higher("auc" + BINNED, "pr_auc" + BINNED, "precision", "recall", "f1");
    for (String average : AVERAGES) {
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

  /**
   * The names of the metrics that a loss can have, whatever the rows; those of curves with and
   * without {@link #BINNED}.
   */
  public static List<String> of(Loss loss) {
    List<String> names = new ArrayList<>(List.of("loss"));
    if (loss.probabilistic()) {
      names.add("log_loss");
    }
    switch (loss.task()) {
      case BINARY -> {
        names.addAll(DECISIONS);
        averages(names);
        for (String curve : CURVES) {
          names.addAll(List.of(curve, curve + BINNED));
        }
      }
      case MULTICLASS -> {
        names.addAll(DECISIONS.subList(0, 2));
        names.add("top_k_accuracy");
        averages(names);
      }
      case NEXT_TOKEN -> names.add("perplexity");
      case REGRESSION -> names.addAll(List.of("rmse", "mae", "r2"));
      case COUNTS -> names.addAll(List.of("rmse", "mae", "r2", "poisson_deviance"));
    }
    return names;
  }

  private static void averages(List<String> names) {
    for (String average : AVERAGES) {
      names.addAll(List.of("precision" + average, "recall" + average, "f1" + average));
    }
  }

  /** The precision that suffices for some metrics of a training that goes on. */
  public static Precision precisionFor(Collection<String> names) {
    return CURVES_AND_LOSS.containsAll(names) ? Precision.BINNED_CURVES : Precision.BINNED;
  }

  /** A metric by name; a curve's from bins where the exact one was not computed. */
  public static Optional<Double> find(Map<String, Double> metrics, String name) {
    Double value = metrics.get(name);
    return Optional.ofNullable(value == null ? metrics.get(name + BINNED) : value);
  }
}
