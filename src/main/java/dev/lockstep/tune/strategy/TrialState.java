package dev.lockstep.tune.strategy;

import java.util.List;
import java.util.Optional;

/**
 * A trial and how far it is.
 *
 * @param trial what is tried
 * @param report the last one
 * @param marks its reports at marks, ascending in epochs
 */
public record TrialState(Trial trial, TrialReport report, List<MarkReport> marks) {
  /**
   * A report at a mark.
   *
   * @param epochs the mark
   * @param report of the trial there
   */
  public record MarkReport(int epochs, TrialReport report) {}

  /** Copies the list. */
  public TrialState {
    marks = List.copyOf(marks);
  }

  /** A trial that has just started. */
  public static TrialState started(Trial trial) {
    TrialReport none =
        new TrialReport(trial.number(), Status.RUNNING, Optional.empty(), List.of(), 0);
    return new TrialState(trial, none, List.of());
  }

  /** Its number. */
  public int number() {
    return trial.number();
  }

  /** Whether it still trains. */
  public boolean running() {
    return report.status() == Status.RUNNING;
  }

  /** Whether it came to its own end with a score. */
  public boolean finished() {
    return report.status() == Status.FINISHED && Double.isFinite(report.score().mean());
  }
}
