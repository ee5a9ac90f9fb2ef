package dev.lockstep.config;

import java.util.List;

/**
 * Checks of hyperparameters; every message names the key of the run file, the law and the value.
 */
public final class Ranges {
  private Ranges() {}

  /** Checks that a value is a finite number above 0. */
  public static void positive(String key, double value) {
    require(value > 0 && value < Double.POSITIVE_INFINITY, key, "above 0", value);
  }

  /** Checks that a value is a finite number, 0 or above. */
  public static void notNegative(String key, double value) {
    require(value >= 0 && value < Double.POSITIVE_INFINITY, key, "0 or above", value);
  }

  /** Checks that a guard against division by 0 is one in float32 too. */
  public static void epsilon(double value) {
    require(value >= 1e-30 && value <= 1, "epsilon", "between 1e-30 and 1", value);
  }

  /** Checks that a value is in [0, 1). */
  public static void belowOne(String key, double value) {
    require(value >= 0 && value < 1, key, "at least 0 and below 1", value);
  }

  /** Checks that a value is in [0, 1]. */
  public static void fraction(String key, double value) {
    require(value >= 0 && value <= 1, key, "between 0 and 1", value);
  }

  /** Checks that a count is at least 1. */
  public static void atLeastOne(String key, int value) {
    require(value >= 1, key, "at least 1", value);
  }

  /** Checks that every count of a list is at least 1. */
  public static void eachAtLeastOne(String key, List<Integer> values) {
    if (values.stream().anyMatch(value -> value < 1)) {
      throw new IllegalArgumentException(key + " must be at least 1 each, is " + values);
    }
  }

  /** Throws unless the law holds. */
  public static void require(boolean holds, String key, String law, double value) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, is %s".formatted(key, law, text(value)));
    }
  }

  /** A number as a user would write it: 5, not 5.0. */
  public static String text(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }
}
