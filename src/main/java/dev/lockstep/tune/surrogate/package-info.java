/**
 * What a search knows of points that were not tried: models of cost over the unit cube, in double,
 * pure functions of what was observed and of a key.
 *
 * <pre>
 * {@link dev.lockstep.tune.surrogate.LatinHypercube}           the first points, spread over the cube
 * costs -> {@link dev.lockstep.tune.surrogate.PowerTransform}  nearly normal
 *   -> {@link dev.lockstep.tune.surrogate.GaussianProcess}     fit: {@code Minimizer} on {@code LogPosterior}
 *   -> {@link dev.lockstep.tune.surrogate.ExpectedImprovement} maximized by {@link dev.lockstep.tune.surrogate.AcquisitionSearch}
 * costs -> {@link dev.lockstep.tune.surrogate.ParzenTree}      densities of good and of other points
 * </pre>
 *
 * <p>Costs are lower for better. Exponentials and logarithms are {@link
 * dev.lockstep.math.Elementary}'s, so that a study has the same bits on every machine. To add a
 * surrogate, write what proposes a point from an {@link dev.lockstep.tune.surrogate.Observations},
 * and name it in the strategy {@code bayes}.
 */
package dev.lockstep.tune.surrogate;
