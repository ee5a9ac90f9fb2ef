package dev.lockstep.optim;

import dev.lockstep.data.Layout;

/**
 * One member's arrays for one update.
 *
 * @param params {@code [size]}, written
 * @param gradient {@code [size]} mean gradient, l2 and clipping included; may be overwritten
 * @param slots {@code [slots][size]}, written
 * @param rates {@code [size]} per-coordinate rates, written; empty where there is no l1
 * @param sliceFactors {@code [slices]} written by prepare, read by apply (trust ratios)
 * @param layout names the slices and says which are penalized
 * @param step the number of this update, from 1
 * @param rate the scheduled learning rate
 */
public record Update(
    float[] params,
    float[] gradient,
    float[][] slots,
    float[] rates,
    double[] sliceFactors,
    Layout layout,
    long step,
    double rate) {}
