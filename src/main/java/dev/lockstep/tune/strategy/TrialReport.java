package dev.lockstep.tune.strategy;

import dev.lockstep.config.Redaction;
import java.util.List;
import java.util.Optional;

/**
 * How far a trial is.
 *
 * @param trial its number
 * @param status how it stands
 * @param reason why it failed, diverged or was stopped; empty otherwise
 * @param folds by fold, repeat by repeat; a single one without cross-validation; may be empty if
 *     the trial failed before its first evaluation
 * @param seconds spent on it so far; of a cohort, the cohort's
 */
public record TrialReport(
    int trial, Status status, Optional<String> reason, List<FoldReport> folds, double seconds) {
  /** Copies the list, and replaces secrets in the reason. */
  public TrialReport {
    reason = reason.map(Redaction::text);
    folds = List.copyOf(folds);
  }

  /** The same with another status. */
  public TrialReport as(Status other, String why) {
    return new TrialReport(trial, other, Optional.of(why), folds, seconds);
  }

  /** The score by the folds' best values. */
  public Score score() {
    return Score.of(folds.stream().mapToDouble(FoldReport::best).toArray());
  }

  /** The mean over folds of the values now; NaN if there are none. */
  public double now() {
    return Score.of(folds.stream().mapToDouble(FoldReport::now).toArray()).mean();
  }

  /** The most epochs that a fold has trained. */
  public int epochs() {
    return folds.stream().mapToInt(FoldReport::epochs).max().orElse(0);
  }

  /**
   * For how long a model on all rows is trained: the median of the folds' best epochs; halfway
   * between the middle two of an even number, rounded up. 0 if there are no folds.
   */
  public int refitEpochs() {
    int[] epochs = folds.stream().mapToInt(FoldReport::bestEpoch).sorted().toArray();
    if (epochs.length == 0) {
      return 0;
    }
    int middle = epochs.length / 2;
    return epochs.length % 2 == 1 ? epochs[middle] : (epochs[middle - 1] + epochs[middle] + 1) / 2;
  }
}
