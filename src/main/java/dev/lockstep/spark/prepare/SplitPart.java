package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Optional;

/**
 * Which rows belong to a part of the split: a share of them or those that meet a condition.
 *
 * @param share the share, 0 where there is a condition
 * @param condition a Spark SQL condition over the columns and {@code row}, the row's position after
 *     {@code where}, from 0
 */
public record SplitPart(double share, Optional<String> condition) implements Serializable {
  /** Checks the range. */
  public SplitPart {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be 0 to 1, is " + share);
    }
  }

  /** A share of the rows. */
  public static SplitPart of(double share) {
    return new SplitPart(share, Optional.empty());
  }

  /**
   * The same with a condition for a share.
   *
   * @param column tells the part of each row by its number
   */
  SplitPart inOrder(String column, int part) {
    return share > 0 ? new SplitPart(0, Optional.of(column + " = " + part)) : this;
  }

  /** Reads {@code 0.1} or {@code row % 5 = 4}. */
  public static SplitPart parse(String text) {
    double share;
    try {
      share = Double.parseDouble(text.trim());
    } catch (NumberFormatException e) {
      return new SplitPart(0, Optional.of(text));
    }
    return of(share);
  }
}
