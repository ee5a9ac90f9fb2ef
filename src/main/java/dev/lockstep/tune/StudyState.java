package dev.lockstep.tune;

import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import dev.lockstep.tune.strategy.TrialState;
import dev.lockstep.tune.strategy.TrialState.MarkReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a study is: what its events add up to. Immutable; events are the only way from one state
 * to the next.
 *
 * @param settings of the first event; empty before it
 * @param history the trials
 * @param mark the last mark of the newest wave, 0 before the first
 * @param timeUp the limit in seconds at which it was ended; empty if it was not, or went on
 * @param seconds that all attempts have taken
 */
public record StudyState(
    Optional<Map<String, Object>> settings,
    History history,
    int mark,
    OptionalDouble timeUp,
    double seconds) {
  /** Before the first event. */
  public static StudyState start(boolean higherIsBetter) {
    return new StudyState(
        Optional.empty(), new History(List.of(), higherIsBetter), 0, OptionalDouble.empty(), 0);
  }

  /** The number of the next wave. */
  int nextWave() {
    return history.trials().isEmpty() ? 0 : last().trial().wave() + 1;
  }

  /** The trials of the newest wave. */
  List<TrialState> wave() {
    int newest = nextWave() - 1;
    return history.trials().stream().filter(one -> one.trial().wave() == newest).toList();
  }

  /** The trials that still run. */
  List<Trial> open() {
    return history.trials().stream().filter(TrialState::running).map(TrialState::trial).toList();
  }

  /**
   * The state after an event.
   *
   * @throws IllegalArgumentException if the event cannot follow
   */
  public StudyState apply(Event event) {
    require(event instanceof Event.StudyStarted == settings.isEmpty(), event, "only the first");
    if (event instanceof Event.StudyStarted started) {
      return new StudyState(
          Optional.of(started.settings()), history, mark, timeUp, started.seconds());
    }
    if (event instanceof Event.WaveProposed proposed) {
      return proposed(proposed);
    }
    List<TrialState> trials = new ArrayList<>(history.trials());
    if (event instanceof Event.TrialEnded ended) {
      TrialState trial = running(ended.report().trial(), event);
      require(ended.report().status() != Status.RUNNING, event, "of no running trial");
      trials.set(trial.number(), new TrialState(trial.trial(), ended.report(), trial.marks()));
      return with(trials, mark, OptionalDouble.empty(), event);
    }
    if (event instanceof Event.MarkReached reached) {
      marked(reached, trials);
      return with(trials, reached.epochs(), OptionalDouble.empty(), event);
    }
    if (event instanceof Event.TimeSpent) {
      return with(trials, mark, OptionalDouble.empty(), event);
    }
    double limit = ((Event.TimeUp) event).limitSeconds();
    return with(trials, mark, OptionalDouble.of(limit), event);
  }

  /**
   * The trials if the study ends here: where its time is up, those that run are stopped. With more
   * time they go on.
   */
  public History ended() {
    if (timeUp.isEmpty()) {
      return history;
    }
    String reason = "max_seconds = " + timeUp.getAsDouble() + " were over";
    List<TrialState> trials = new ArrayList<>();
    for (TrialState one : history.trials()) {
      TrialReport stopped = one.report().as(Status.STOPPED, reason);
      trials.add(one.running() ? new TrialState(one.trial(), stopped, one.marks()) : one);
    }
    return new History(trials, history.higherIsBetter());
  }

  private StudyState proposed(Event.WaveProposed event) {
    require(open().isEmpty(), event, "after every trial has ended");
    List<TrialState> trials = new ArrayList<>(history.trials());
    for (Trial trial : event.trials()) {
      require(
          trial.number() == trials.size() && trial.wave() == nextWave(), event, "next in number");
      trials.add(TrialState.started(trial));
    }
    return with(trials, 0, OptionalDouble.empty(), event);
  }

  private void marked(Event.MarkReached event, List<TrialState> trials) {
    require(event.epochs() > mark, event, "of rising marks");
    for (TrialReport report : event.reports()) {
      TrialState trial = running(report.trial(), event);
      List<MarkReport> marks = new ArrayList<>(trial.marks());
      marks.add(new MarkReport(event.epochs(), report));
      String why = event.stopped().get(report.trial());
      TrialReport now = why == null ? report : report.as(Status.PRUNED, why);
      trials.set(trial.number(), new TrialState(trial.trial(), now, marks));
    }
  }

  private TrialState running(int number, Event event) {
    require(number >= 0 && number < history.size(), event, "of a known trial");
    TrialState trial = history.trials().get(number);
    require(trial.running(), event, "of a trial that runs");
    return trial;
  }

  private StudyState with(
      List<TrialState> trials, int newMark, OptionalDouble newTimeUp, Event event) {
    return new StudyState(
        settings,
        new History(trials, history.higherIsBetter()),
        newMark,
        newTimeUp,
        Math.max(seconds, event.seconds()));
  }

  private TrialState last() {
    return history.trials().get(history.size() - 1);
  }

  private static void require(boolean holds, Event event, String law) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the journal is in disorder: an event must be %s, is %s".formatted(law, event));
    }
  }
}
