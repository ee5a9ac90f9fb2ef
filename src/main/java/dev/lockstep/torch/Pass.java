package dev.lockstep.torch;

import dev.lockstep.math.RandomKey;

/**
 * A way of rows through one layer.
 *
 * @param training whether gradients follow; dropout does nothing otherwise
 * @param key of what is random in this layer, in this step, for these rows
 */
public record Pass(boolean training, RandomKey key) {}
