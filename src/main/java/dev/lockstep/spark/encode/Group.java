package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Encode;
import dev.lockstep.spark.prepare.FeatureConfig;
import dev.lockstep.spark.prepare.Missing;
import dev.lockstep.spark.prepare.PixelScaling;
import java.util.List;

/**
 * Columns of one kind that are encoded alike.
 *
 * @param config as the user gave it
 * @param encode how, no longer {@link Encode#AUTO}
 * @param kind what the columns hold
 * @param inputs the columns
 */
record Group(FeatureConfig config, Encode encode, Kind kind, List<Input> inputs) {
  /** What columns hold. */
  enum Kind {
    NUMBER,
    CATEGORY,
    VECTOR,
    TEXT
  }

  /** Whether columns need every distinct value counted. */
  boolean exact() {
    return config.missing() == Missing.MEDIAN
        || config.missing() == Missing.MOST_FREQUENT
        || config.quantiles() > 0;
  }

  /** What is done to the pixels of an input. */
  PixelScaling scaling(Input input) {
    return PixelScaling.of(config, input.shape());
  }

  /** Whether a missing value is a category, or one more feature of numbers. */
  boolean ownCategory() {
    return config.missing() == Missing.CATEGORY
        || kind == Kind.CATEGORY && config.missing() == Missing.AUTO;
  }
}
