package dev.lockstep.train.metric;

import java.io.Serializable;

/**
 * The prediction above which a row is of class 1.
 *
 * @param automatic 0.5 for probabilities, 0 for margins; the value does not count
 * @param value the threshold where it is not automatic
 */
public record Threshold(boolean automatic, double value) implements Serializable {
  /** By the kind of prediction. */
  public static final Threshold AUTO = new Threshold(true, 0);

  /** Checks the range. */
  public Threshold {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("threshold must be finite, is " + value);
    }
  }

  /**
   * {@code auto} or a number.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Threshold parse(String text) {
    if (text.equals("auto")) {
      return AUTO;
    }
    try {
      return new Threshold(false, Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("threshold must be auto or a number, is " + text, e);
    }
  }

  /** The threshold for predictions that are probabilities or margins. */
  public double of(boolean probabilistic) {
    return automatic ? (probabilistic ? 0.5 : 0.0) : value;
  }
}
