package dev.lockstep.spark.prepare;

/** What stands for a missing value. */
public enum Missing {
  /** By type and encoding: the mean for numbers, a category of their own for categories. */
  AUTO,
  /** The mean of the training rows. */
  MEAN,
  /** The median of the training rows. */
  MEDIAN,
  /** The value of {@code constant}. */
  CONSTANT,
  /** The most frequent value of the training rows, the smaller one in a tie. */
  MOST_FREQUENT,
  /** A category of their own; for numbers the mean and one more feature that is 1 where missing. */
  CATEGORY
}
