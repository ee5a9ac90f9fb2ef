package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** How far a trial is that trains, by the epochs that its folds have ended in this attempt. */
final class LiveTrial {
  private final int trial;
  private final int folds;
  private final String metric;
  private final OptionalInt epochs;
  private final Map<Integer, FoldReport> reports = new TreeMap<>();
  private final Map<Integer, Integer> before = new TreeMap<>();

  /**
   * A trial of which nothing is known yet.
   *
   * @param folds that it has
   * @param metric that trials are judged by
   * @param epochs of each fold at most; empty if it is not known
   */
  LiveTrial(int trial, int folds, String metric, OptionalInt epochs) {
    this.trial = trial;
    this.folds = folds;
    this.metric = metric;
    this.epochs = epochs;
  }

  /** Takes the end of an epoch; one without an evaluation leaves the fold's value as it is. */
  void take(int fold, EpochReport report) {
    before.putIfAbsent(fold, report.epoch() - 1);
    FoldReport last = reports.get(fold);
    double value =
        Metrics.find(report.validation(), metric).orElse(last == null ? Double.NaN : last.now());
    reports.put(fold, new FoldReport(report.epoch(), value, value, report.epoch()));
  }

  /** What is known of it. */
  TrialReport report() {
    return new TrialReport(
        trial, Status.RUNNING, Optional.empty(), new ArrayList<>(reports.values()), 0);
  }

  /** The share of its training that is done; 0 if it is not known. */
  double done() {
    return share(reports.values().stream().mapToInt(FoldReport::epochs).sum());
  }

  /** The share that was done before this attempt. */
  double doneBefore() {
    return share(before.values().stream().mapToInt(Integer::intValue).sum());
  }

  private double share(int trained) {
    return epochs.isEmpty() ? 0 : Math.min(1, trained / ((double) epochs.getAsInt() * folds));
  }
}
