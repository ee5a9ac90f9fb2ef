package dev.lockstep.data;

import java.io.Serializable;

/**
 * A feature that is the number of a category.
 *
 * @param feature its index among the encoded features
 * @param name the column's
 * @param size how many numbers there are: those of known categories, most frequent first, and the
 *     last for unknown ones
 */
public record Category(int feature, String name, int size) implements Serializable {
  /** Checks the numbers. */
  public Category {
    if (feature < 0 || size < 1) {
      throw new IllegalArgumentException("feature %d of %d categories".formatted(feature, size));
    }
  }
}
