/**
 * Optimizers, schedules and gradient transforms: immutable records of hyperparameters over explicit
 * arrays. A {@link dev.lockstep.optim.GradientRule} turns a mean gradient into new parameters; a
 * {@link dev.lockstep.optim.Solver} is asked for a point and told the objective there.
 */
package dev.lockstep.optim;
