package dev.lockstep.spark.gang;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Which groups of shards have a task now, whether Spark is at work for those that have none, and
 * when each executor was last heard of. A task is known by its attempt, so that the late news of a
 * lost one does not hide its successor. Safe for threads.
 */
final class Attendance {
  private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

  private record Attempt(long number, String executor) {}

  private final Attempt[] present;
  private final long[] absentSince;
  private final Map<String, Long> heard = new HashMap<>();
  private long lookedNanos = System.nanoTime();
  private final Set<Long> over = new HashSet<>();
  private Optional<String> lastLoss = Optional.empty();
  private final Map<Long, String> preparing = new HashMap<>(); // executor by attempt

  /** Nobody is there yet. */
  Attendance(int groups) {
    this.present = new Attempt[groups];
    this.absentSince = new long[groups];
    Arrays.fill(absentSince, System.nanoTime());
  }

  int groups() {
    return present.length;
  }

  /** A task says that it is there; what it said before its end may arrive after it. */
  synchronized void here(int group, long attempt, String executor) {
    if (over.contains(attempt)) {
      return;
    }
    present[group] = new Attempt(attempt, executor);
    heard.put(executor, System.nanoTime());
  }

  /** An attempt of Spark's runs that tasks to come wait for: nobody is absent meanwhile. */
  synchronized void preparing(long attempt, String executor) {
    preparing.put(attempt, executor);
  }

  /** A task attempt has failed; {@code why} in one line. */
  synchronized void failedAttempt(long attempt, String why) {
    boolean seated =
        Arrays.stream(present).anyMatch(each -> each != null && each.number() == attempt);
    if (seated || over.contains(attempt)) {
      lastLoss = Optional.of(why);
    }
    lostAttempt(attempt);
  }

  /** Why the last task of an earlier gang failed. */
  synchronized void lostBefore(String why) {
    lastLoss = Optional.of(why);
  }

  /** Why the last task that failed did so. */
  synchronized Optional<String> lastLoss() {
    return lastLoss;
  }

  /** A task attempt is over. */
  synchronized void lostAttempt(long attempt) {
    if (preparing.remove(attempt) != null) {
      prepared();
      return;
    }
    over.add(attempt);
    for (int group = 0; group < present.length; group++) {
      if (present[group] != null && present[group].number() == attempt) {
        lose(group);
      }
    }
  }

  /** An executor is gone with its tasks. */
  synchronized void lostExecutor(String executor) {
    if (preparing.values().removeIf(executor::equals)) {
      prepared();
    }
    for (int group = 0; group < present.length; group++) {
      if (present[group] != null && present[group].executor().equals(executor)) {
        lose(group);
      }
    }
  }

  /** Who is absent may come from now on. */
  private void prepared() {
    Arrays.fill(absentSince, System.nanoTime());
  }

  private void lose(int group) {
    over.add(present[group].number());
    present[group] = null;
    absentSince[group] = System.nanoTime();
  }

  /** Whether a group has a task. */
  synchronized boolean isPresent(int group) {
    return present[group] != null;
  }

  /**
   * For how long the group that has been without a task the longest has been so, while Spark was
   * not at work for it either; 0 if none is.
   *
   * @param waitedFor tells of a group: the others may be absent
   */
  synchronized long absentNanos(IntPredicate waitedFor) {
    long now = System.nanoTime();
    long longest = 0;
    for (int group = 0; group < present.length && preparing.isEmpty(); group++) {
      if (present[group] == null && waitedFor.test(group)) {
        longest = Math.max(longest, now - absentSince[group]);
      }
    }
    return longest;
  }

  /** The executors that have tasks. */
  synchronized Set<String> executors() {
    return Arrays.stream(present)
        .filter(Objects::nonNull)
        .map(Attempt::executor)
        .collect(Collectors.toSet());
  }

  /** How many groups have no task. */
  synchronized int absent() {
    return (int) Arrays.stream(present).filter(each -> each == null).count();
  }

  /**
   * An executor that has not been heard of for so long while one of its groups is waited for. Where
   * nobody has looked for a while the silence begins anew: the driver itself may have stood still,
   * and what it was told meanwhile is not read yet.
   *
   * @param waitedFor tells of a group
   * @param now as of {@link System#nanoTime}
   */
  synchronized Optional<String> silent(long nanos, IntPredicate waitedFor, long now) {
    if (now - lookedNanos > LONGEST_PAUSE_NANOS) {
      heard.replaceAll((executor, then) -> now);
    }
    lookedNanos = now;
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
