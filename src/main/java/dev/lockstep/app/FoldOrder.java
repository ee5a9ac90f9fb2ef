package dev.lockstep.app;

import dev.lockstep.config.Problems;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Series;
import dev.lockstep.tune.TuneSettings;
import java.util.List;
import java.util.Optional;

/**
 * In what order the folds of a study follow each other. Those of a series follow its time, as the
 * parts of its split do: drawn by hash, windows of one fold would hold labels of another, and the
 * score be better than that of any model in use.
 *
 * @param settings of the study, as written
 * @param data that its trials share
 * @param by the column, empty for folds by hash
 */
record FoldOrder(TuneSettings settings, DataConfig data, Optional<String> by) {
  private static final String FOLD_BY = "tune.fold_by";

  /** The order of a study's folds, by what its trials share. */
  static FoldOrder of(TuneSettings settings, DataConfig data) {
    boolean inTime = settings.folds() > 1 && !holdsOutWholes(data);
    return new FoldOrder(
        settings,
        data,
        settings.foldBy().or(() -> data.series().filter(series -> inTime).map(Series::time)));
  }

  /** Whether all rows of a series are in one fold, so that no window reaches into another. */
  private static boolean holdsOutWholes(DataConfig data) {
    return data.group().isPresent()
        && data.series().map(Series::key).equals(data.group().map(List::of));
  }

  /**
   * The settings with the order.
   *
   * @throws IllegalArgumentException if it does not go with the others
   */
  TuneSettings settled() {
    return settings.foldedBy(by);
  }

  /** Adds what speaks against it in the run file. */
  void check(Problems problems) {
    try {
      settled();
    } catch (IllegalArgumentException e) {
      int end = e.getMessage().indexOf(' ');
      problems.add(
          "tune." + e.getMessage().substring(0, end),
          e.getMessage().substring(end + 1)
              + "; it is data.series.time, %s, where it is left out".formatted(by.orElseThrow()));
    }
    if (settings.gap().isPresent() && by.isEmpty()) {
      problems.add("tune.gap", "has no effect without fold_by: leave it out");
    }
    if (leaks(data)) {
      problems.add(
          FOLD_BY,
          ("is %s, must be data.series.time, %s, or windows of a fold hold labels of another: leave"
                  + " it out")
              .formatted(by.orElseThrow(), data.series().get().time()));
    }
    if (parts(data)) {
      problems.add(
          FOLD_BY,
          data.series().isEmpty()
              ? "divides rows by their order alone, which parts those that data.group or data.id"
                  + " keeps together: leave one of them out"
              : "divides the rows of series by their time alone, which parts those that data.group"
                  + " or data.id keeps together: leave these out, or hold out whole series by"
                  + " data.group = data.series.key without fold_by");
    }
  }

  /**
   * Adds what speaks against it in the data of a trial.
   *
   * @param place of what gives the trial its data
   */
  void check(String place, DataConfig trial, Problems problems) {
    if (parts(trial) && !parts(data)) {
      problems.add(place, "has data.group or data.id, whose rows tune.fold_by would part");
    }
    if (leaks(trial) && !leaks(data)) {
      problems.add(
          place,
          ("has data.series.time = %s, which must be tune.fold_by for all trials, or windows of a"
                  + " fold hold labels of another")
              .formatted(trial.series().orElseThrow().time()));
    }
  }

  /** Whether rows would be parted that are to stay together. */
  private boolean parts(DataConfig rows) {
    return by.isPresent() && (rows.group().isPresent() || rows.id().isPresent());
  }

  /** Whether windows of rows would hold labels of another fold. */
  private boolean leaks(DataConfig rows) {
    return settings.folds() > 1
        && rows.series().isPresent()
        && !holdsOutWholes(rows)
        && !rows.series().map(Series::time).equals(by);
  }
}
