package dev.lockstep.data;

import dev.lockstep.config.Ranges;
import java.io.Serializable;
import java.util.List;

/**
 * How images vary while a network trains on them: each is flipped from left to right or not, then
 * shifted, as torchvision's RandomHorizontalFlip and RandomCrop with padding do.
 *
 * @param horizontalFlip the share of images that are flipped
 * @param shift by how many pixels, at most, an image moves along either axis; each number of pixels
 *     is as likely as the others
 * @param blank what pixels are that move in, one a channel: the encoded value of 0
 */
public record Augmentation(double horizontalFlip, int shift, List<Float> blank)
    implements Serializable {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, 0, List.of());

  /** Checks the ranges. */
  public Augmentation {
    Ranges.fraction("horizontal_flip", horizontalFlip);
    Ranges.require(shift >= 0, "shift", "0 or above", shift);
    blank = List.copyOf(blank);
  }

  /** Whether images stay as they are. */
  public boolean isNone() {
    return horizontalFlip == 0 && shift == 0;
  }
}
