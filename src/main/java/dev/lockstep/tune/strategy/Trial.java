package dev.lockstep.tune.strategy;

import dev.lockstep.tune.space.Configuration;

/**
 * One configuration tried in a study.
 *
 * @param number from 0, in the order in which trials were proposed
 * @param wave number of the trials that were started together, from 0
 * @param bracket of the strategy's stopping rule that holds for it; 0 where it has only one
 * @param enqueued whether the run file named it, before any strategy
 * @param configuration what it says otherwise than the run file
 */
public record Trial(
    int number, int wave, int bracket, boolean enqueued, Configuration configuration) {
  /** The same with another configuration. */
  public Trial with(Configuration other) {
    return new Trial(number, wave, bracket, enqueued, other);
  }
}
