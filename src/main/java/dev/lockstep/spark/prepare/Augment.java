package dev.lockstep.spark.prepare;

import dev.lockstep.config.Ranges;
import java.io.Serializable;

/**
 * How images vary while a network trains on them: {@code data.augment}.
 *
 * @param horizontalFlip the share of images that are flipped from left to right
 * @param shift by how many pixels, at most, an image moves along either axis
 */
public record Augment(double horizontalFlip, int shift) implements Serializable {
  /** Images as they are. */
  public static final Augment DEFAULTS = new Augment(0, 0);

  /** Checks the ranges. */
  public Augment {
    Ranges.fraction("horizontal_flip", horizontalFlip);
    Ranges.require(shift >= 0, "shift", "0 or above", shift);
  }
}
