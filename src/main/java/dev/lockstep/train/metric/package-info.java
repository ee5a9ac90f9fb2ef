/**
 * Metrics from mergeable sums.
 *
 * <pre>
 * scores of a block -> Evaluation.add -> finish      in a worker
 *   -> Evaluations.merge                             along the fixed tree
 *   -> Evaluation.metrics                            names to numbers, on the driver
 * </pre>
 *
 * <p>{@link dev.lockstep.train.metric.Evaluation} has a form for values, two classes and many
 * classes. A new metric is a number that one of them computes from its sums, and a name in {@link
 * dev.lockstep.train.metric.Metrics}.
 */
package dev.lockstep.train.metric;
