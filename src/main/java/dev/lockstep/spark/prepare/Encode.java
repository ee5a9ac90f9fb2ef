package dev.lockstep.spark.prepare;

/** How columns become features. */
public enum Encode {
  /**
   * By type: numbers and booleans standardize, strings one-hot, images as pixels, other vectors
   * stay as they are.
   */
  AUTO,
  /** Minus the mean, divided by the standard deviation (n - 1); constant columns become 0. */
  STANDARDIZE,
  /** Divided by the standard deviation (n - 1), not centred; constant columns become 0. */
  SCALE,
  /** To [0, 1] by minimum and maximum; constant columns become 0.5. */
  MIN_MAX,
  /** The number itself. */
  NONE,
  /** One-hot of the bucket between given splits or quantiles. */
  BUCKET,
  /** One feature a category, 1 where the row has it; all 0 for unseen categories. */
  ONE_HOT,
  /** The number of the category, most frequent first; unseen ones get the next number. */
  INDEX,
  /** Hashed into a fixed number of buckets. */
  HASH,
  /** Products of all the columns: numbers times one-hot categories. */
  CROSS,
  /** Standardized columns and their products up to a degree. */
  POLYNOMIAL,
  /** Images: divided by a fixed scale, then by mean and deviation of each channel if given. */
  PIXELS,
  /** The ids of the tokens of one column of text, in their order: for networks over sequences. */
  TEXT_TOKENS
}
