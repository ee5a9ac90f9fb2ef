package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.MemberResult;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.strategy.FoldReport;
import java.util.ArrayList;
import java.util.List;

/**
 * The seat of a trial in a cohort: one of its folds, and what its epochs have brought. For one
 * thread.
 */
final class TrialSeat {
  private final int trial;
  private final int number;
  private final int heldOut;
  private final RunFile run;
  private final String metric;
  private final List<FoldReport> evaluations = new ArrayList<>();
  private int epochs;
  private String trouble = "";

  /**
   * A seat before its first epoch.
   *
   * @param trial the trial's number
   * @param number of the fold in the trial, repeat by repeat
   * @param heldOut the code of the fold
   * @param run the trial's run
   * @param metric that the study judges by
   */
  TrialSeat(int trial, int number, int heldOut, RunFile run, String metric) {
    this.trial = trial;
    this.number = number;
    this.heldOut = heldOut;
    this.run = run;
    this.metric = metric;
  }

  int trial() {
    return trial;
  }

  int number() {
    return number;
  }

  int heldOut() {
    return heldOut;
  }

  RunFile run() {
    return run;
  }

  /** Takes an epoch. */
  void observe(EpochReport report) {
    epochs = report.epoch();
    Metrics.find(report.validation(), metric)
        .ifPresent(value -> evaluations.add(new FoldReport(epochs, value, value, epochs)));
  }

  /** Notes why it diverged. */
  void diverged(String reason) {
    trouble = reason;
  }

  /** Why it diverged; empty if it did not. */
  String trouble() {
    return trouble;
  }

  /**
   * How the fold stands: the value that its model has is that of the epoch whose parameters early
   * stopping keeps, else the last one.
   */
  FoldReport report(MemberResult member) {
    if (evaluations.isEmpty()) {
      return new FoldReport(epochs, Double.NaN, Double.NaN, epochs);
    }
    FoldReport last = evaluations.get(evaluations.size() - 1);
    boolean kept = run.train().earlyStopping().map(watch -> watch.restoreBest()).orElse(false);
    FoldReport best = last;
    for (FoldReport each : evaluations) {
      best = kept && each.epochs() == member.bestEpoch() ? each : best;
    }
    return new FoldReport(epochs, last.now(), best.now(), best.epochs());
  }
}
