package dev.lockstep.train.metric;

import java.io.Serializable;
import java.util.Optional;

/**
 * How predictions are judged.
 *
 * @param threshold a row is of class 1 where its prediction is above this; left out: 0.5 for
 *     probabilities, 0 for margins
 * @param topK {@code top_k_accuracy} counts a row where its class is among this many highest scores
 */
public record MetricSettings(Optional<Double> threshold, int topK) implements Serializable {
  /** The plain thresholds, and the best 5 classes. */
  public static final MetricSettings DEFAULTS = new MetricSettings(Optional.empty(), 5);

  /** Checks the ranges. */
  public MetricSettings {
    if (threshold.isPresent() && !Double.isFinite(threshold.get())) {
      throw new IllegalArgumentException("threshold must be finite, is " + threshold.get());
    }
    if (topK < 1) {
      throw new IllegalArgumentException("top_k must be at least 1, is " + topK);
    }
  }
}
