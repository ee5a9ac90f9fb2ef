package dev.lockstep.train;

import java.io.Serializable;

/**
 * Encoded features that were divided by their standard deviation over all training rows.
 *
 * @param from the first of them
 * @param to after the last
 * @param centred whether their mean was taken off before
 */
public record ScaledRange(int from, int to, boolean centred) implements Serializable {}
