package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttendanceTest {
  private final Attendance attendance = new Attendance(2);

  @Test
  void whoWasLostIsAbsentUntilASuccessorComes() {
    attendance.here(0, 10, "a");
    attendance.here(1, 11, "b");
    assertThat(attendance.absentNanos(group -> true)).isZero();
    attendance.lostExecutor("b");
    assertThat(attendance.isPresent(0)).isTrue();
    assertThat(attendance.isPresent(1)).isFalse();
    attendance.here(1, 12, "c");
    attendance.lostAttempt(11);
    assertThat(attendance.isPresent(1)).isTrue();
    assertThat(attendance.executors()).containsExactlyInAnyOrder("a", "c");
  }

  /** Its task may come while the others still work, or be needed in the next round first. */
  @Test
  void whoHasAnsweredMayBeAbsent() {
    attendance.here(1, 11, "b");
    assertThat(attendance.absentNanos(group -> group == 0)).isPositive();
    assertThat(attendance.absentNanos(group -> group == 1)).isZero();
  }

  @Test
  void aSignOfLifeThatArrivesAfterTheEndIsNoPresence() {
    attendance.here(0, 10, "a");
    attendance.lostAttempt(10);
    attendance.here(0, 10, "a");
    assertThat(attendance.isPresent(0)).isFalse();
    attendance.here(1, 11, "b");
    attendance.lostExecutor("b");
    attendance.here(1, 11, "b");
    assertThat(attendance.absent()).isEqualTo(2);
  }

  @Test
  void nobodyIsAbsentWhileSparkIsAtWorkForThem() {
    assertThat(attendance.absentNanos(group -> true)).isPositive();
    attendance.preparing(5, "a");
    attendance.preparing(6, "b");
    assertThat(attendance.absentNanos(group -> true)).isZero();
    attendance.lostAttempt(5);
    assertThat(attendance.absentNanos(group -> true)).isZero();
    attendance.lostExecutor("b");
    assertThat(attendance.absentNanos(group -> true)).isPositive();
  }

  /** As after a driver that stood still: signs of life that came meanwhile are read after it. */
  @Test
  void aSilenceInWhichNobodyListenedDoesNotCount() {
    long second = 1_000_000_000L;
    long patience = 45 * second;
    attendance.here(0, 10, "a");
    long woken = System.nanoTime() + 60 * second;
    assertThat(attendance.silent(patience, group -> true, woken)).isEmpty();
    for (long after = 1; after <= 45; after++) {
      assertThat(attendance.silent(patience, group -> true, woken + after * second)).isEmpty();
    }
    assertThat(attendance.silent(patience, group -> true, woken + 46 * second)).contains("a");
  }
}
