package dev.lockstep.tune.strategy;

import java.util.Arrays;
import java.util.List;

/**
 * What a trial is worth.
 *
 * @param mean over folds; NaN without any
 * @param deviation the standard deviation over folds, with n - 1; 0 for a single one
 * @param values by fold
 */
public record Score(double mean, double deviation, List<Double> values) {
  /** Copies the list. */
  public Score {
    values = List.copyOf(values);
  }

  /** The score of values by fold, summed in their order. */
  public static Score of(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    return new Score(mean, deviation, Arrays.stream(values).boxed().toList());
  }

  /** The standard error of the mean. */
  public double standardError() {
    return values.isEmpty() ? 0 : deviation / Math.sqrt(values.size());
  }
}
