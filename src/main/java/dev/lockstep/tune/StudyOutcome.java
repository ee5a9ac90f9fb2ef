package dev.lockstep.tune;

import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.TrialState;
import java.util.Optional;

/**
 * How a study ended.
 *
 * @param history all its trials
 * @param chosen the answer, by {@link Choose}; empty if no trial has finished
 * @param ending why there are no more trials
 * @param seconds that all attempts took
 */
public record StudyOutcome(
    History history, Optional<TrialState> chosen, Ending ending, double seconds) {
  /** Why there are no more trials. */
  public enum Ending {
    /** It has as many as were asked for. */
    COMPLETE,
    /** The strategy had nothing left to try. */
    EXHAUSTED,
    /** {@code max_seconds} were over. */
    TIME_UP
  }
}
