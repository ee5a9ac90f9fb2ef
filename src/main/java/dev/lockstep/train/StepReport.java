package dev.lockstep.train;

/**
 * A member after a step.
 *
 * @param member its number
 * @param step steps taken
 * @param done how much of the training is done: steps, or iterations of a solver
 * @param of how much there is at most, in the same unit
 * @param epoch the epoch under way, from 1
 * @param rows rows of the step's batch, over all shards
 * @param meanLoss of the batch, without penalty; of a solver at the last point that it accepted
 * @param gradientNorm of the mean gradient, before clipping, at the same point
 * @param rate the scheduled learning rate; 0 for solvers
 */
public record StepReport(
    int member,
    long step,
    long done,
    long of,
    int epoch,
    long rows,
    double meanLoss,
    double gradientNorm,
    double rate) {}
