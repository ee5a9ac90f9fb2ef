package dev.lockstep.train;

import java.util.Map;

/**
 * A member at the end of an epoch (of a solver: an iteration).
 *
 * @param member its number
 * @param epoch from 1
 * @param step steps taken
 * @param meanLoss without penalty: over the epoch's steps, each at the parameters of its time; of a
 *     solver at the point that it accepted
 * @param penalty {@code l1 |w|_1 + (l2 / 2) |w|^2} at the epoch's end; the objective is the loss
 *     and this
 * @param gradientNorm of the last step, before clipping
 * @param layers the norm of each layer's part of that gradient, from the first layer to the last;
 *     empty for solvers and for models of one layer
 * @param rate of the last step
 * @param validation metrics of the validation rows; empty where none were evaluated
 */
public record EpochReport(
    int member,
    int epoch,
    long step,
    double meanLoss,
    double penalty,
    double gradientNorm,
    Map<String, Double> layers,
    double rate,
    Map<String, Double> validation) {}
