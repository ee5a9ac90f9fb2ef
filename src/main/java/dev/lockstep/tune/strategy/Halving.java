package dev.lockstep.tune.strategy;

import dev.lockstep.config.Required;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Successive halving (Jamieson and Talwalkar 2016): many random configurations start together, and
 * at each mark (min_epochs, then eta times as many) only the best 1 / eta of them go on. With one
 * bracket, all trials of the study are one wave. With several it is Hyperband (Li et al. 2018,
 * algorithm 1): bracket b has its first mark at min_epochs eta^b and fewer trials, the last one has
 * none, and the brackets take turns, the most eager first, until the study has all its trials.
 *
 * @param eta the factor between marks
 * @param minEpochs the first mark
 * @param maxEpochs epochs of a whole trial, in place of the run file's
 * @param brackets how many first marks take turns
 */
public record Halving(int eta, int minEpochs, @Required int maxEpochs, int brackets)
    implements Strategy {
  /** A third goes on, from one epoch to 27. */
  public static final Halving DEFAULTS = new Halving(3, 1, 27, 1);

  /** Checks the ranges. */
  public Halving {
    if (eta < 2) {
      throw new IllegalArgumentException("eta must be at least 2, is " + eta);
    }
    if (minEpochs < 1) {
      throw new IllegalArgumentException("min_epochs must be at least 1, is " + minEpochs);
    }
    if (maxEpochs <= minEpochs) {
      throw new IllegalArgumentException(
          "max_epochs must be above min_epochs = " + minEpochs + ", is " + maxEpochs);
    }
    int most = rungs(eta, minEpochs, maxEpochs) + 1;
    if (brackets < 1 || brackets > most) {
      throw new IllegalArgumentException(
          "brackets must be from 1 to %d (first marks of %d eta^b up to max_epochs = %d), is %d"
              .formatted(most, minEpochs, maxEpochs, brackets));
    }
  }

  /** The highest b with min eta^b at most max. */
  private static int rungs(int eta, int min, int max) {
    int rungs = 0;
    for (long mark = (long) min * eta; mark <= max; mark *= eta) {
      rungs++;
    }
    return rungs;
  }

  @Override
  public List<Configuration> next(Space space, History history, int limit, RandomKey key) {
    return Draws.next(space, history, limit, key, (number, chosen) -> Optional.empty());
  }

  @Override
  public int bracket(History history) {
    long waves = history.trials().stream().mapToInt(one -> one.trial().wave()).distinct().count();
    return (int) (waves % brackets);
  }

  /** The trials of the next bracket: all that remain, or Hyperband's number of them. */
  @Override
  public int together(History history, int remaining) {
    if (brackets == 1) {
      return remaining;
    }
    return (int) Math.min(remaining, size(bracket(history)));
  }

  private long size(int bracket) {
    int most = rungs(eta, minEpochs, maxEpochs);
    int halvings = most - bracket;
    return ((most + 1) * power(halvings) + halvings) / (halvings + 1); // rounded up
  }

  private long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= eta;
    }
    return power;
  }

  @Override
  public Optional<String> unreached(int trials, int maxTrials) {
    long round = 0;
    int started = 0;
    for (int bracket = 0; bracket < brackets; bracket++) {
      started += round < trials ? 1 : 0;
      round += size(bracket);
    }
    String sentence =
        "%d trials start only the first %d of tune.strategy.brackets = %d: a round of all has tune.trials = %d%s"
            .formatted(
                trials,
                started,
                brackets,
                round,
                round > maxTrials ? ", for which tune.max_trials must be as many" : "");
    return brackets > 1 && started < brackets ? Optional.of(sentence) : Optional.empty();
  }

  @Override
  public boolean fixesWaves() {
    return true;
  }

  @Override
  public Optional<Pruner> pruner(int bracket) {
    int first = (int) (minEpochs * power(bracket));
    int last = (int) (minEpochs * power(rungs(eta, minEpochs, maxEpochs)));
    return Optional.of(new Rungs(first, eta, brackets == 1 ? maxEpochs : last));
  }

  @Override
  public OptionalInt epochs() {
    return OptionalInt.of(maxEpochs);
  }
}
