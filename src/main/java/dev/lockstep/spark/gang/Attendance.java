package dev.lockstep.spark.gang;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which groups of shards have a task now, and when each executor was last heard of. A task is known
 * by its attempt, so that the late news of a lost one does not hide its successor. Safe for
 * threads.
 */
final class Attendance {
  private record Attempt(long number, String executor) {}

  private final Attempt[] present;
  private final long[] absentSince;
  private final Map<String, Long> heard = new HashMap<>();

  /** Nobody is there yet. */
  Attendance(int groups) {
    this.present = new Attempt[groups];
    this.absentSince = new long[groups];
    Arrays.fill(absentSince, System.nanoTime());
  }

  int groups() {
    return present.length;
  }

  /** A task says that it is there. */
  synchronized void here(int group, long attempt, String executor) {
    present[group] = new Attempt(attempt, executor);
    heard.put(executor, System.nanoTime());
  }

  /** A task attempt is over. */
  synchronized void lostAttempt(long attempt) {
    for (int group = 0; group < present.length; group++) {
      if (present[group] != null && present[group].number() == attempt) {
        lose(group);
      }
    }
  }

  /** An executor is gone with its tasks. */
  synchronized void lostExecutor(String executor) {
    for (int group = 0; group < present.length; group++) {
      if (present[group] != null && present[group].executor().equals(executor)) {
        lose(group);
      }
    }
  }

  private void lose(int group) {
    present[group] = null;
    absentSince[group] = System.nanoTime();
  }

  /** For how long the group that has been without a task the longest has been so; 0 if none is. */
  synchronized long absentNanos() {
    long now = System.nanoTime();
    long longest = 0;
    for (int group = 0; group < present.length; group++) {
      if (present[group] == null) {
        longest = Math.max(longest, now - absentSince[group]);
      }
    }
    return longest;
  }

  /** How many groups have no task. */
  synchronized int absent() {
    return (int) Arrays.stream(present).filter(each -> each == null).count();
  }

  /**
   * An executor that has not been heard of for so long while one of its groups is waited for.
   *
   * @param waitedFor tells of a group
   */
  synchronized Optional<String> silent(long nanos, IntPredicate waitedFor) {
    long now = System.nanoTime();
    for (int group = 0; group < present.length; group++) {
      if (present[group] != null && waitedFor.test(group)) {
        String executor = present[group].executor();
        if (now - heard.getOrDefault(executor, now) > nanos) {
          heard.put(executor, now);
          return Optional.of(executor);
        }
      }
    }
    return Optional.empty();
  }
}
