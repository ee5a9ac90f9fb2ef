package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.SavedState;
import dev.lockstep.train.Standing;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.Tensor;
import dev.lockstep.tune.strategy.FoldReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The seat of a trial in a cohort: one of its folds, and what its epochs have brought. For one
 * thread.
 */
final class TrialSeat {
  private final Id id;
  private final int heldOut;
  private final RunFile run;
  private final String metric;
  private final List<FoldReport> evaluations = new ArrayList<>();
  private Standing standing = Standing.START;
  private String trouble = "";
  private Optional<String> failure = Optional.empty();

  /**
   * Which seat it is, in any attempt at the study.
   *
   * @param trial the trial's number
   * @param fold of the trial, repeat by repeat
   */
  record Id(int trial, int fold) {}

  /**
   * A seat before its first epoch.
   *
   * @param heldOut the code of the fold
   * @param run the trial's run
   * @param metric that the study judges by
   */
  TrialSeat(Id id, int heldOut, RunFile run, String metric) {
    this.id = id;
    this.heldOut = heldOut;
    this.run = run;
    this.metric = metric;
  }

  Id id() {
    return id;
  }

  int trial() {
    return id.trial();
  }

  int heldOut() {
    return heldOut;
  }

  RunFile run() {
    return run;
  }

  /** Takes an epoch. */
  void observe(EpochReport report) {
    int epoch = report.epoch();
    Metrics.find(report.validation(), metric)
        .ifPresent(value -> evaluations.add(new FoldReport(epoch, value, value, epoch)));
  }

  /** Takes how its member stands. */
  void stand(Standing now) {
    standing = now;
  }

  /** How its member stood when it was last looked at. */
  Standing standing() {
    return standing;
  }

  /** Notes why it diverged. */
  void diverged(String reason) {
    trouble = reason;
  }

  /** Why it diverged; empty if it did not. */
  String trouble() {
    return trouble;
  }

  /** Notes why it cannot be trained at all. */
  void failed(String reason) {
    failure = Optional.of(reason);
  }

  /** Why it cannot be trained; empty if it can. */
  Optional<String> failure() {
    return failure;
  }

  /**
   * How the fold stands: the value that its model has is that of the epoch whose parameters early
   * stopping keeps, else the last one.
   */
  FoldReport report() {
    int epochs = standing.epochs();
    if (evaluations.isEmpty()) {
      return new FoldReport(epochs, Double.NaN, Double.NaN, epochs);
    }
    FoldReport last = evaluations.get(evaluations.size() - 1);
    boolean kept = run.train().earlyStopping().map(watch -> watch.restoreBest()).orElse(false);
    FoldReport best = last;
    for (FoldReport each : evaluations) {
      best = kept && each.epochs() == standing.bestEpoch() ? each : best;
    }
    return new FoldReport(epochs, last.now(), best.now(), best.epochs());
  }

  /** What its epochs have brought, each tensor's name behind the prefix. */
  List<Tensor> save(String prefix) {
    long[] epochs = evaluations.stream().mapToLong(FoldReport::epochs).toArray();
    double[] values = evaluations.stream().mapToDouble(FoldReport::now).toArray();
    return List.of(Tensor.of(prefix + "epochs", epochs), Tensor.of(prefix + "evaluations", values));
  }

  /** Puts what {@link #save} saved in place. */
  void restore(String prefix, Map<String, Tensor> saved) {
    long[] epochs = SavedState.find(saved, prefix + "epochs").longs();
    double[] values = SavedState.find(saved, prefix + "evaluations").doubles();
    if (epochs.length != values.length) {
      throw new IntegrityException(
          "%d epochs and %d evaluations of %s".formatted(epochs.length, values.length, prefix));
    }
    evaluations.clear();
    for (int i = 0; i < epochs.length; i++) {
      int epoch = (int) epochs[i];
      evaluations.add(new FoldReport(epoch, values[i], values[i], epoch));
    }
  }
}
