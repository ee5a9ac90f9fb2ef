package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Encode;
import dev.lockstep.spark.prepare.FeatureConfig;
import dev.lockstep.spark.prepare.Missing;
import dev.lockstep.spark.prepare.Moments;
import dev.lockstep.spark.prepare.PixelScaling;
import java.util.List;
import java.util.Optional;

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

  /** The number that missing values are, by those of the others. */
  double surrogate(Moments moments) {
    return switch (config.missing()) {
      case AUTO, MEAN, CATEGORY -> moments.mean();
      case MEDIAN -> moments.median();
      case MOST_FREQUENT -> moments.mostFrequent().orElseThrow();
      case CONSTANT -> Double.parseDouble(config.constant().orElseThrow());
    };
  }

  /** The category that missing values are; empty if it is that of most rows, or a number's. */
  Optional<String> filling() {
    if (config.missing() == Missing.CONSTANT) {
      return config.constant();
    }
    return ownCategory() ? Optional.of(PipelineBuilder.OWN_CATEGORY) : Optional.empty();
  }

  /** Whether a missing value is a category, or one more feature of numbers. */
  boolean ownCategory() {
    return config.missing() == Missing.CATEGORY
        || kind == Kind.CATEGORY && config.missing() == Missing.AUTO;
  }
}
