package dev.lockstep.train;

import dev.lockstep.train.metric.Metrics;
import java.io.Serializable;

/**
 * When a training stops before its time.
 *
 * @param metric the validation metric that is watched
 * @param patience evaluations in a row that may bring nothing better before it stops
 * @param minDelta what is better by no more than this counts as not better
 * @param restoreBest whether the model ends with the parameters of the best evaluation
 */
public record EarlyStoppingSettings(
    String metric, int patience, double minDelta, boolean restoreBest) implements Serializable {
  /** Three evaluations without a better loss; the best parameters are kept. */
  public static final EarlyStoppingSettings DEFAULTS =
      new EarlyStoppingSettings("loss", 3, 0.0, true);

  /** Checks the ranges. */
  public EarlyStoppingSettings {
    if (!Metrics.higherIsBetter().containsKey(metric)) {
      throw new IllegalArgumentException(
          "metric must be one of %s, is %s"
              .formatted(String.join(", ", Metrics.higherIsBetter().keySet()), metric));
    }
    if (patience < 1) {
      throw new IllegalArgumentException("patience must be at least 1, is " + patience);
    }
    if (!(minDelta >= 0 && minDelta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("min_delta must be 0 or above, is " + minDelta);
    }
  }
}
