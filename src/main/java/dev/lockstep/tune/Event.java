package dev.lockstep.tune;

import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened in a study. {@code seconds} is the time that all attempts at it had taken by then.
 */
public sealed interface Event {
  /** Seconds since the study began, without the time between attempts. */
  double seconds();

  /**
   * The first event.
   *
   * @param settings the resolved settings, as nested maps
   */
  record StudyStarted(Map<String, Object> settings, double seconds) implements Event {}

  /**
   * Trials are about to start together.
   *
   * @param seed that their configurations were drawn from
   */
  record WaveProposed(List<Trial> trials, long seed, double seconds) implements Event {
    /** Copies the list. */
    public WaveProposed {
      trials = List.copyOf(trials);
    }
  }

  /** A trial came to its own end: finished, failed or diverged. */
  record TrialEnded(TrialReport report, double seconds) implements Event {}

  /**
   * All running trials of a wave reached a mark.
   *
   * @param wave its number
   * @param epochs the mark
   * @param reports of its running trials, ascending in number
   * @param stopped who stops here, and why
   */
  record MarkReached(
      int wave, int epochs, List<TrialReport> reports, Map<Integer, String> stopped, double seconds)
      implements Event {
    /** Copies the collections. */
    public MarkReached {
      reports = List.copyOf(reports);
      stopped = Collections.unmodifiableMap(new TreeMap<>(stopped));
    }
  }

  /**
   * Trials train, or their attempt has ended before they did: what counts towards {@code
   * max_seconds} although nothing else has happened.
   */
  record TimeSpent(double seconds) implements Event {}

  /**
   * The study ends because its time is up; trials that run are stopped until it has more.
   *
   * @param limitSeconds {@code max_seconds}
   */
  record TimeUp(double limitSeconds, double seconds) implements Event {}
}
