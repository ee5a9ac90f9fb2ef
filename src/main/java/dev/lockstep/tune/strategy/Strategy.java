package dev.lockstep.tune.strategy;

import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A function of the trials so far to the next ones to try; a record in {@link Strategies}. */
public interface Strategy {
  /**
   * The next configurations, none of which was tried before.
   *
   * @param history all trials, enqueued and running ones included
   * @param limit at most so many, at least 1
   * @param key of the study's seed; the draws of a trial hang on its number, not on how many are
   *     asked for at once
   * @return empty if there is nothing left to try
   */
  List<Configuration> next(Space space, History history, int limit, RandomKey key);

  /** How many trials start together unless {@code tune.together} says otherwise. */
  default int together(History history, int remaining) {
    return Math.min(remaining, 64);
  }

  /**
   * Whether trials start together by {@link #together} alone, so that tune.together is no choice.
   */
  default boolean fixesWaves() {
    return false;
  }

  /**
   * How many trials there are unless {@code tune.trials} says otherwise.
   *
   * @param enqueued configurations that are tried before, which do not count
   */
  default long trials(Space space, Collection<Configuration> enqueued) {
    return 20;
  }

  /** The same with what is tried twice counted twice, as it is recorded: never fewer. */
  default long mostTrials(Space space) {
    return trials(space, List.of());
  }

  /** The number of the stopping rule that holds for the next wave. */
  default int bracket(History history) {
    return 0;
  }

  /** The strategy's own stopping rule for the trials of a bracket. */
  default Optional<Pruner> pruner(int bracket) {
    return Optional.empty();
  }

  /** Epochs of every trial, where the strategy fixes them; else the run file's. */
  default OptionalInt epochs() {
    return OptionalInt.empty();
  }

  /** Adds what speaks against this strategy over a space, before anything trains. */
  default void check(Space space, long maxTrials, Problems problems) {}

  /** What a user should know about this strategy over a space, a sentence each. */
  default List<String> warnings(Space space, long trials) {
    OptionalLong size = space.size();
    return size.isPresent() && size.getAsLong() < trials
        ? List.of(
            "tune.trials is %d, but tune.space has only %d different configurations: the study ends after these"
                .formatted(trials, size.getAsLong()))
        : List.of();
  }

  /**
   * What of this strategy a study of so many trials never comes to, in a sentence.
   *
   * @param trials of the study, enqueued ones included
   * @param maxTrials how many it may have
   */
  default Optional<String> unreached(int trials, int maxTrials) {
    return Optional.empty();
  }
}
