/**
 * Which configurations are tried next, and which trials are stopped.
 *
 * <pre>
 * {@link dev.lockstep.tune.strategy.History}   trials so far, running ones included
 *   -> {@link dev.lockstep.tune.strategy.Strategy#next}  configurations of the next wave
 * reports of a wave at a mark (a number of epochs)
 *   -> {@link dev.lockstep.tune.strategy.Pruner#losers}  trials that stop there
 * </pre>
 *
 * <p>Both are pure functions of the history and of a key, so a study that is replayed from its
 * journal decides as it did. To add a strategy, write its record with {@code DEFAULTS} and add it
 * to {@link dev.lockstep.tune.strategy.Strategies}; a pruner likewise to {@link
 * dev.lockstep.tune.strategy.Pruners}. The tests walk both.
 */
package dev.lockstep.tune.strategy;
