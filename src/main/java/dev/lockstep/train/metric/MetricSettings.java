package dev.lockstep.train.metric;

import java.io.Serializable;

/**
 * How predictions are judged.
 *
 * @param threshold a row is of class 1 where its prediction is above this
 * @param topK {@code top_k_accuracy} counts a row where its class is among this many highest scores
 */
public record MetricSettings(Threshold threshold, int topK) implements Serializable {
  /** The plain thresholds, and the best 5 classes. */
  public static final MetricSettings DEFAULTS = new MetricSettings(Threshold.AUTO, 5);

  /** Checks the ranges. */
  public MetricSettings {
    if (topK < 1) {
      throw new IllegalArgumentException("top_k must be at least 1, is " + topK);
    }
  }
}
