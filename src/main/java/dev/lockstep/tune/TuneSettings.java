package dev.lockstep.tune;

import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import dev.lockstep.config.Rendering;
import dev.lockstep.config.Required;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.tune.strategy.Bayes;
import dev.lockstep.tune.strategy.Pruner;
import dev.lockstep.tune.strategy.Pruners;
import dev.lockstep.tune.strategy.Strategies;
import dev.lockstep.tune.strategy.Strategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code tune} of the run file, as it is written.
 *
 * @param strategy what is tried next
 * @param space what varies, read by {@link dev.lockstep.tune.space.Space#read}
 * @param enqueue configurations that are tried before any of the strategy's
 * @param metric that trials are judged by; left out: for the caller to choose
 * @param folds of the cross-validation; 1: the validation rows
 * @param repeats of it, each with folds of its own
 * @param foldBy the column, of numbers, dates or timestamps, in whose order folds follow each
 *     other: each is judged by a model of the rows before it; rows of equal values may be on both
 *     sides of a bound; left out: the time of a series, else folds by hash
 * @param gap so many rows right before a fold are left out of its model's training; left out: none
 * @param trials how many, enqueued ones included; left out: the strategy's number
 * @param together how many start together; left out: the strategy's number
 * @param parallel how many cohorts train at a time; results do not depend on it
 * @param maxTrials more than this is refused as a mistake
 * @param maxSeconds after so much time of all attempts together nothing more is trained: trials
 *     stop where they are until there is more; left out: no limit
 * @param pruner what stops trials early, besides the strategy's own rule
 * @param choose which finished trial is the answer
 * @param encode from which rows means and scales come
 * @param seed of the strategy's draws; left out: the run's
 */
public record TuneSettings(
    @Required Strategy strategy,
    Document space,
    List<Document> enqueue,
    Optional<String> metric,
    int folds,
    int repeats,
    Optional<String> foldBy,
    Optional<Integer> gap,
    Optional<Integer> trials,
    Optional<Integer> together,
    int parallel,
    int maxTrials,
    Optional<Double> maxSeconds,
    Optional<Pruner> pruner,
    Choose choose,
    Encode encode,
    Optional<Long> seed) {
  /** Reads and renders these settings. */
  public static final Binder BINDER = new Binder(List.of(Strategies.REGISTRY, Pruners.REGISTRY));

  private static final int MOST_FOLDS = FoldPlan.MOST_PARTS;

  /** Five folds, the best trial; the strategy and the space are the user's to give. */
  public static final TuneSettings DEFAULTS =
      new TuneSettings(
          Bayes.DEFAULTS,
          Document.EMPTY,
          List.of(),
          Optional.empty(),
          5,
          1,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          1,
          1000,
          Optional.empty(),
          Optional.empty(),
          Choose.BEST,
          Encode.SHARED,
          Optional.empty());

  /** Checks the ranges. */
  public TuneSettings {
    enqueue = List.copyOf(enqueue);
    if (folds < 1 || folds > MOST_FOLDS) {
      throw new IllegalArgumentException(
          "folds must be from 1 to %d, is %d".formatted(MOST_FOLDS, folds));
    }
    atLeastOne("repeats", repeats);
    atLeastOne("trials", trials.orElse(1));
    atLeastOne("together", together.orElse(1));
    atLeastOne("parallel", parallel);
    atLeastOne("max_trials", maxTrials);
    if (!(maxSeconds.orElse(1.0) > 0)) {
      throw new IllegalArgumentException("max_seconds must be above 0, is " + maxSeconds.get());
    }
    if (repeats > 1 && folds == 1) {
      throw new IllegalArgumentException(
          "repeats has no effect without folds: leave it out, or set folds to at least 2");
    }
    if (foldBy.isPresent() && folds == 1) {
      throw new IllegalArgumentException(
          "fold_by has no effect without folds: leave it out, or set folds to at least 2");
    }
    if (foldBy.isPresent() && repeats > 1) {
      throw new IllegalArgumentException(
          "repeats has no effect on folds in the order of fold_by: leave it out");
    }
    if (gap.orElse(0) < 0) {
      throw new IllegalArgumentException("gap must be at least 0, is " + gap.get());
    }
    if (gap.orElse(0) > 0 && 2 * folds + 1 > MOST_FOLDS
        || foldBy.isPresent() && folds == MOST_FOLDS) {
      throw new IllegalArgumentException(
          "folds must be at most %d with fold_by, and %d with a gap, is %d"
              .formatted(MOST_FOLDS - 1, (MOST_FOLDS - 1) / 2, folds));
    }
    if (choose == Choose.ONE_STANDARD_ERROR && folds == 1) {
      throw new IllegalArgumentException(
          "choose cannot be one_standard_error without folds, whose scores give the error:"
              + " set folds to at least 2");
    }
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, is " + value);
    }
  }

  /**
   * The same with folds in the order of a column, or by hash.
   *
   * @throws IllegalArgumentException if they cannot be
   */
  public TuneSettings foldedBy(Optional<String> column) {
    return new TuneSettings(
        strategy,
        space,
        enqueue,
        metric,
        folds,
        repeats,
        column,
        gap,
        trials,
        together,
        parallel,
        maxTrials,
        maxSeconds,
        pruner,
        choose,
        encode,
        seed);
  }

  /** How training rows are divided. */
  public FoldPlan foldPlan() {
    return folds == 1 ? FoldPlan.NONE : new FoldPlan(folds, repeats, foldBy, gap.orElse(0));
  }

  /** Everything as nested maps, defaults filled in. */
  public Map<String, Object> resolved() {
    return new Rendering(BINDER).map(this);
  }
}
