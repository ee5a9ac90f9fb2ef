package dev.lockstep.app;

import dev.lockstep.config.Redaction;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.Score;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import dev.lockstep.tune.strategy.TrialState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What a study has found so far, as its events tell it: a row a trial. */
final class StudyTable {
  private static final double SECONDS_A_MINUTE = 60;

  private final StudyPlan plan;
  private final TreeMap<Integer, Row> rows = new TreeMap<>();
  private final TreeMap<Integer, LiveTrial> live = new TreeMap<>();

  /**
   * A trial.
   *
   * @param trial its number and configuration, as it may be shown
   * @param report how it stands
   */
  record Row(Trial trial, TrialReport report) {
    /** The configuration, {@code key = value} each, without control characters. */
    String configuration() {
      return text(trial.configuration());
    }

    /** The score over the folds. */
    Score score() {
      return report.score();
    }

    /** Whether it has a score that is of use, if only so far. */
    boolean valued() {
      return !report.status().broken() && Double.isFinite(score().mean());
    }

    private boolean scored() {
      return report.status() == Status.FINISHED && valued();
    }
  }

  StudyTable(StudyPlan plan) {
    this.plan = plan;
  }

  /** The row of a trial. */
  static Row row(StudyPlan plan, TrialState state) {
    return new Row(plan.shown(state.trial()), state.report());
  }

  /** A configuration on one line. */
  private static String text(Configuration configuration) {
    List<String> parts = new ArrayList<>();
    configuration.values().forEach((path, value) -> parts.add(path + " = " + value));
    return Redaction.printable(String.join(", ", parts));
  }

  /**
   * Takes an event.
   *
   * @return the trials that it ends
   */
  List<Row> take(Event event) {
    List<Row> ended = new ArrayList<>();
    if (event instanceof Event.WaveProposed wave) {
      for (Trial trial : wave.trials()) {
        rows.put(trial.number(), row(plan, TrialState.started(trial)));
      }
    } else if (event instanceof Event.TrialEnded end) {
      ended.add(put(end.report()));
    } else if (event instanceof Event.MarkReached mark) {
      for (TrialReport report : mark.reports()) {
        String why = mark.stopped().get(report.trial());
        if (why == null) {
          put(report);
        } else {
          ended.add(put(report.as(Status.PRUNED, why)));
        }
      }
    } else if (event instanceof Event.TimeUp up) {
      String why = "max_seconds = " + up.limitSeconds() + " were over";
      rows.values().stream()
          .filter(row -> row.report().status() == Status.RUNNING)
          .toList()
          .forEach(row -> ended.add(put(row.report().as(Status.STOPPED, why))));
    }
    return ended;
  }

  /** Takes the end of an epoch of one of a trial's folds, which is no event. */
  void take(TrialSeat seat, EpochReport report) {
    LiveTrial trial = live.computeIfAbsent(seat.trial(), number -> live(seat));
    trial.take(seat.id().fold(), report);
    put(trial.report());
  }

  private LiveTrial live(TrialSeat seat) {
    TrainSettings train = seat.run().train();
    OptionalInt own =
        train.steps().isPresent()
            ? OptionalInt.empty()
            : OptionalInt.of(train.epochs(seat.run().optimizer()));
    int folds = Math.max(1, plan.settings().foldPlan().trainings());
    return new LiveTrial(
        seat.trial(), folds, plan.metric(), plan.epochs().isPresent() ? plan.epochs() : own);
  }

  private Row put(TrialReport report) {
    if (report.status() != Status.RUNNING) {
      live.remove(report.trial());
    }
    return rows.computeIfPresent(report.trial(), (number, row) -> new Row(row.trial(), report));
  }

  /** All trials by number. */
  List<Row> rows() {
    return List.copyOf(rows.values());
  }

  /** The best trial that finished; the first of equals. */
  Optional<Row> best() {
    Row best = null;
    for (Row row : rows.values()) {
      if (row.scored() && (best == null || isBetter(row, best))) {
        best = row;
      }
    }
    return Optional.ofNullable(best);
  }

  private boolean isBetter(Row row, Row than) {
    double gain = row.score().mean() - than.score().mean();
    return plan.higherIsBetter() ? gain > 0 : gain < 0;
  }

  /** A trial that has ended, in words. */
  String line(Row row) {
    StringBuilder line = new StringBuilder("trial ").append(row.trial().number());
    line.append(": ").append(row.report().status().key());
    if (!row.valued()) {
      line.append(row.report().reason().map(why -> " (" + why + ")").orElse(""));
    } else {
      line.append(", ").append(plan.metric()).append(' ').append(score(row));
      int epochs = row.report().epochs();
      line.append(", ").append(epochs).append(epochs == 1 ? " epoch" : " epochs");
    }
    line.append(", ").append(row.configuration());
    best()
        .ifPresent(
            best ->
                line.append("; best is trial ")
                    .append(best.trial().number())
                    .append(" with ")
                    .append(Progress.number(best.score().mean())));
    return Redaction.printable(line.toString());
  }

  /** Mean and deviation. */
  static String score(Row row) {
    Score score = row.score();
    String mean = Progress.number(score.mean());
    return score.values().size() < 2 ? mean : mean + " +- " + Progress.number(score.deviation());
  }

  /**
   * How far the study is, in words.
   *
   * @param seconds since this attempt began
   * @param endedBefore trials that had ended then
   */
  String summary(double seconds, int endedBefore) {
    int ended = ended();
    double running = live.values().stream().mapToDouble(LiveTrial::done).sum();
    double before = live.values().stream().mapToDouble(LiveTrial::doneBefore).sum();
    double left = plan.trials() - ended - running;
    double gained = ended - endedBefore + running - before;
    String summary = "%d of %d trials".formatted(ended, plan.trials());
    if (gained > 0 && left > 0) {
      double rest = seconds / gained * left;
      summary += String.format(Locale.ROOT, ", about %s left", time(rest));
    }
    return summary;
  }

  /** How many trials have ended. */
  int ended() {
    return (int)
        rows.values().stream().filter(row -> row.report().status() != Status.RUNNING).count();
  }

  private static String time(double seconds) {
    return seconds < SECONDS_A_MINUTE
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(
            Locale.ROOT,
            "%d min %02d s",
            (long) (seconds / SECONDS_A_MINUTE),
            (long) (seconds % SECONDS_A_MINUTE));
  }
}
