/**
 * Metrics from mergeable sums: a worker adds rows into an {@link
 * dev.lockstep.train.metric.Evaluation}, evaluations of shards combine along the fixed tree, and
 * named metrics are read from the whole.
 */
package dev.lockstep.train.metric;
