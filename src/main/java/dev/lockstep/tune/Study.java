package dev.lockstep.tune;

import dev.lockstep.config.ConfigException;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Pruner;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The loop of a study, from an empty journal or from where an earlier attempt left it. */
public final class Study {
  private static final double SECONDS_BETWEEN_EVENTS = 60;
  private static final double PART_BETWEEN_EVENTS = 0.01;

  private final StudyPlan plan;
  private final TrialRunner runner;
  private final Journal journal;
  private final LongSupplier nanoTime;
  private final Consumer<Event> listener;

  private volatile StudyState state;
  private long started;
  private double secondsBefore;
  private volatile double secondsPassedOver;

  /**
   * A study.
   *
   * @param nanoTime a monotonic clock, {@code System::nanoTime}; it decides {@code max_seconds}
   *     alone
   * @param listener told of each new event after it is in the journal
   */
  public Study(
      StudyPlan plan,
      TrialRunner runner,
      Journal journal,
      LongSupplier nanoTime,
      Consumer<Event> listener) {
    this.plan = plan;
    this.runner = runner;
    this.journal = journal;
    this.nanoTime = nanoTime;
    this.listener = listener;
  }

  /**
   * Runs the study to its end; does nothing if it is there. A study that ended goes on if there are
   * more {@code trials}, or more {@code max_seconds}, than before.
   *
   * @throws ConfigException if the journal is that of a study with other settings
   * @throws IllegalArgumentException if the journal is in disorder
   */
  public StudyOutcome run() {
    started = nanoTime.getAsLong();
    state = StudyState.start(plan.higherIsBetter());
    for (Event event : journal.read()) {
      state = state.apply(event);
    }
    secondsBefore = state.seconds();
    if (state.settings().isEmpty()) {
      append(new Event.StudyStarted(plan.resolved(), 0));
    } else {
      Resumption.check(state.settings().get(), plan.resolved());
    }
    while (true) {
      if (endedBefore()) {
        return outcome(StudyOutcome.Ending.TIME_UP);
      } else if (!state.open().isEmpty()) {
        runWave();
      } else if (timeIsUp()) {
        return outcome(StudyOutcome.Ending.TIME_UP);
      } else if (state.history().size() >= plan.trials()) {
        return outcome(StudyOutcome.Ending.COMPLETE);
      } else if (!propose()) {
        return outcome(StudyOutcome.Ending.EXHAUSTED);
      }
    }
  }

  /** Puts the next wave into the journal; false if there is nothing left to try. */
  private boolean propose() {
    List<Trial> wave = plan.wave(state.history(), state.nextWave());
    if (!wave.isEmpty()) {
      append(new Event.WaveProposed(wave, plan.seed(), seconds()));
    }
    return !wave.isEmpty();
  }

  /** Trains the newest wave to its end, or until the time is up, be it between two marks. */
  private void runWave() {
    try (TrialRunner.Running running = counted(() -> runner.start(state.open()))) {
      while (!state.open().isEmpty()) {
        OptionalInt mark = nextMark();
        advance(mark.orElse(Integer.MAX_VALUE), running);
        if (state.open().isEmpty() || timeIsUp()) {
          return;
        }
        if (mark.isEmpty()) {
          throw new IllegalStateException(
              "trials were trained to their end, but still run: " + state.open());
        }
        decide(mark.getAsInt(), running);
      }
    }
  }

  private void advance(int mark, TrialRunner.Running running) {
    counted(
        () -> {
          running.advance(
              mark, report -> append(new Event.TrialEnded(report, seconds())), this::isEnough);
          return running;
        });
  }

  /** Does what may end this attempt; the time that it took is in the journal then. */
  private <T> T counted(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      try {
        double now = seconds();
        if (now > state.seconds()) {
          append(new Event.TimeSpent(now));
        }
      } catch (RuntimeException lost) {
        e.addSuppressed(lost);
      }
      throw e;
    }
  }

  /**
   * Whether trials stop here; while they train, the journal falls behind the clock by no more than
   * a minute, or a hundredth of the study's time, so that a long one has few such events.
   */
  private boolean isEnough() {
    double ahead = Math.max(SECONDS_BETWEEN_EVENTS, state.seconds() * PART_BETWEEN_EVENTS);
    if (isAhead(ahead)) {
      spend(ahead);
    }
    return isLate();
  }

  /** Whether the clock is so many seconds ahead of the journal, and of the last try to write it. */
  private boolean isAhead(double ahead) {
    return seconds() - Math.max(state.seconds(), secondsPassedOver) >= ahead;
  }

  /**
   * Puts the time into the journal; where that fails but may pass, the next try is as far ahead.
   */
  private synchronized void spend(double ahead) {
    if (!isAhead(ahead)) {
      return; // another thread has
    }
    try {
      append(new Event.TimeSpent(seconds()));
    } catch (RuntimeException e) {
      if (!journal.mayPass(e)) {
        throw e;
      }
      secondsPassedOver = seconds();
    }
  }

  private OptionalInt nextMark() {
    return pruners().stream()
        .map(pruner -> pruner.markAfter(state.mark()))
        .filter(OptionalInt::isPresent)
        .mapToInt(OptionalInt::getAsInt)
        .min();
  }

  private List<Pruner> pruners() {
    return plan.pruners(state.wave().get(0).trial().bracket());
  }

  /** Stops the losers of a mark. */
  private void decide(int mark, TrialRunner.Running running) {
    List<TrialReport> reports = running.reports();
    List<Integer> open = state.open().stream().map(Trial::number).toList();
    if (!reports.stream().map(TrialReport::trial).toList().equals(open)) {
      throw new IllegalStateException(
          "reports must be of the running trials %s, are %s".formatted(open, reports));
    }
    int wave = state.nextWave() - 1;
    StudyState reached =
        state.apply(new Event.MarkReached(wave, mark, reports, Map.of(), seconds()));
    Map<Integer, String> stopped = new TreeMap<>();
    for (Pruner pruner : pruners()) {
      if (pruner.markAfter(mark - 1).equals(OptionalInt.of(mark))) {
        pruner
            .losers(mark, reached.wave(), reached.history())
            .forEach(loser -> stopped.putIfAbsent(loser, pruner.reason(mark)));
      }
    }
    append(new Event.MarkReached(wave, mark, reports, stopped, seconds()));
    running.stop(stopped.keySet());
  }

  /** Whether the journal says that the study was over by its time, which is no longer than then. */
  private boolean endedBefore() {
    return state.timeUp().isPresent()
        && state.timeUp().getAsDouble() >= plan.settings().maxSeconds().orElse(Double.MAX_VALUE);
  }

  private boolean isLate() {
    return seconds() >= plan.settings().maxSeconds().orElse(Double.MAX_VALUE);
  }

  /** Whether the study is over by its time; says so in the journal. */
  private boolean timeIsUp() {
    boolean complete = state.history().size() >= plan.trials() && state.open().isEmpty();
    if (complete || !isLate()) {
      return false;
    }
    append(new Event.TimeUp(plan.settings().maxSeconds().orElseThrow(), seconds()));
    return true;
  }

  private double seconds() {
    return secondsBefore + (nanoTime.getAsLong() - started) / 1e9;
  }

  /** From whichever thread trains: runners ask at each step, and may train on several. */
  private synchronized void append(Event event) {
    StudyState next = state.apply(event);
    journal.append(event);
    state = next;
    listener.accept(event);
  }

  private StudyOutcome outcome(StudyOutcome.Ending ending) {
    History ended = state.ended();
    return new StudyOutcome(ended, plan.settings().choose().of(ended), ending, state.seconds());
  }
}
