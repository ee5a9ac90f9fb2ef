package dev.lockstep.train;

/**
 * A member after a step.
 *
 * @param member its number
 * @param step steps taken
 * @param steps all steps of the training; for solvers the most iterations
 * @param epoch the epoch under way, from 1
 * @param rows rows of the step's batch, over all shards
 * @param meanLoss of the batch, without penalty
 * @param gradientNorm of the mean gradient, before clipping
 * @param rate the scheduled learning rate; 0 for solvers
 */
public record StepReport(
    int member,
    long step,
    long steps,
    int epoch,
    long rows,
    double meanLoss,
    double gradientNorm,
    double rate) {}
