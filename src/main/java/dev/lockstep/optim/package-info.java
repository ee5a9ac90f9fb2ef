/**
 * Optimizers, schedules and gradient transforms: immutable records of hyperparameters over explicit
 * arrays. A {@link dev.lockstep.optim.GradientRule} turns a mean gradient into new parameters; a
 * {@link dev.lockstep.optim.Solver} is asked for a point and told the objective there.
 *
 * <p>A step of a rule, in the order of {@link dev.lockstep.optim.Updates}:
 *
 * <pre>
 * mean -> norm (and finite check)                      on {@code Update.gradient}
 * buffers take their mean changes; what is not trained has no part in the rest
 * clip -> addL2                                        on {@code Update.gradient}
 * rule.prepare, rule.apply                             on {@code Update.params}, slots and rates
 * shrink: the proximal step of l1 by each coordinate's own rate
 * </pre>
 *
 * <p>The rate of a step is the rule's {@code learningRate} times {@link
 * dev.lockstep.optim.Schedule#rateFactor}; every schedule record has {@code warmup} and {@code
 * warmupStart} as its first components. Lengths of time are {@link dev.lockstep.optim.Duration}s.
 *
 * <p>To add an optimizer or a schedule, write its record with {@code DEFAULTS} and checks in the
 * compact constructor, and add it to {@link dev.lockstep.optim.Optimizers} or {@link
 * dev.lockstep.optim.Schedules}; the table of tests then asks for its reference.
 */
package dev.lockstep.optim;
