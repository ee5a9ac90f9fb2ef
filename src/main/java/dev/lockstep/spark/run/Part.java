package dev.lockstep.spark.run;

import java.util.Locale;

/** A part of a prediction. */
public enum Part {
  /** The class. */
  CLASS,
  /** The probability of each class. */
  PROBABILITIES,
  /** The predicted number, or the margin of a class. */
  VALUE;

  /** As it is written on the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
