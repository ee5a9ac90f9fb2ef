package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many tasks run at once by what an executor has and a task needs. */
class SlotsTest {
  @Test
  void coresAreSharedOutByTheCoresOfATask() {
    assertThat(Slots.tasks(Map.of("cpus", 4), Map.of("cpus", 1.0))).isEqualTo(4);
    assertThat(Slots.tasks(Map.of("cpus", 5), Map.of("cpus", 2.0))).isEqualTo(2);
    assertThat(Slots.tasks(Map.of("cpus", 1), Map.of("cpus", 2.0))).isZero();
  }

  @Test
  void whatIsScarcestDecides() {
    Map<String, Integer> has = Map.of("cpus", 4, "gpu", 1);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 1.0))).isEqualTo(1);
    assertThat(Slots.tasks(has, Map.of("cpus", 4.0, "gpu", 0.25))).isEqualTo(1);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0))).isEqualTo(4);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 0.0))).isEqualTo(4);
    assertThat(Slots.tasks(Map.of("cpus", 4), Map.of("cpus", 1.0, "gpu", 1.0))).isZero();
  }

  @Test
  void tasksThatNeedSeveralPiecesLeaveARest() {
    Map<String, Integer> has = Map.of("cpus", 16, "gpu", 5);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 2.0))).isEqualTo(2);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 6.0))).isZero();
  }

  /** As the scheduler shares a piece out: 0.6 of it leaves a rest that no other task may have. */
  @Test
  void tasksThatNeedAPartShareAPiece() {
    Map<String, Integer> has = Map.of("cpus", 100, "gpu", 2);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 0.5))).isEqualTo(4);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 0.6))).isEqualTo(2);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 0.3))).isEqualTo(6);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 0.1))).isEqualTo(20);
    assertThat(Slots.tasks(has, Map.of("cpus", 1.0, "gpu", 0.05))).isEqualTo(40);
  }
}
