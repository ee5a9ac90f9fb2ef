package dev.lockstep.torch;

import dev.lockstep.math.RandomKey;

/**
 * A way of rows through one layer.
 *
 * @param training whether gradients follow; dropout does nothing otherwise
 * @param key of what is random in this layer, in this step, for these rows
 * @param lengths how many of a row's steps are real, where rows are tokens
 */
public record Pass(boolean training, RandomKey key, Lengths lengths) {
  /** A pass of rows without padding. */
  public Pass(boolean training, RandomKey key) {
    this(training, key, Lengths.WHOLE);
  }

  /** The same way with random draws of its own. */
  Pass child(int part) {
    return new Pass(training, key.child(part), lengths);
  }
}
