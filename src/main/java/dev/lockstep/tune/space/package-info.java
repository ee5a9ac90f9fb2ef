/**
 * What a search may vary: {@code tune.space} of the run file.
 *
 * <pre>
 * run file -> {@link dev.lockstep.tune.space.Space#read}      checked, every problem at once
 *   -> {@link dev.lockstep.tune.space.Dimension}s             a {@link dev.lockstep.tune.space.Domain} each, some conditional
 *   point in the unit cube -> Space.configuration -> {@link dev.lockstep.tune.space.Configuration}
 *   configuration          -> Space.point         -> point
 *   Configuration.overrides -> Document.read      the run file of a trial
 * </pre>
 *
 * <p>A point is one number in [0, 1] per dimension; those of dimensions that do not apply (the
 * momentum of an optimizer that was not chosen) are {@link dev.lockstep.tune.space.Space#INACTIVE}.
 * Equal steps in the cube are equally likely and equally far for a surrogate: a log-uniform range
 * is even in its logarithm, a list of numbers in its ranks.
 *
 * <p>To add a distribution, add it to {@link dev.lockstep.tune.space.Distribution} and its two
 * formulas to {@link dev.lockstep.tune.space.Range}; the tests walk the enum.
 */
package dev.lockstep.tune.space;
