/**
 * The training loop over a {@link dev.lockstep.train.Cluster}: gradient round, mean, finite check,
 * clip, l2, optimizer, proximal step, report. Knows neither Spark nor any model. Rooms below it:
 * {@code metric} (mergeable evaluation sums) and {@code store} (commits, checkpoints, ownership).
 */
package dev.lockstep.train;
