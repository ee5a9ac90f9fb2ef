package dev.lockstep.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import org.junit.jupiter.api.Test;

/** The memory plan, on machines of paper. */
class MemoryPlanTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private static MemoryPlan.Demand demand(long size) {
    return new MemoryPlan.Demand(1, size, 12, false, 64, 0, 0, false);
  }

  private static Machines cluster(long heapBytes, long maxResultBytes) {
    return new Machines(false, 32, 16, heapBytes, heapBytes, maxResultBytes, GIB);
  }

  @Test
  void allSumsThatDoNotFitAreNamedWithTheSettingToChange() {
    MemoryPlan plan = MemoryPlan.of(demand(400_000_000), 0, cluster(GIB, GIB));
    assertThatThrownBy(plan::check)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("1525.9 MiB")
        .hasMessageContaining("spark.driver.maxResultSize")
        .hasMessageContaining("spark.kryoserializer.buffer.max")
        .hasMessageContaining("spark.driver.memory")
        .hasMessageContaining("spark.executor.memory");
  }

  @Test
  void anExecutorHoldsTheSumsOfItsOwnTasksAlone() {
    // 16 tasks hold 8 open sums of 4 MB each: half a GiB, though the cluster has 32 slots.
    MemoryPlan plan = MemoryPlan.of(demand(1_000_000), 0, cluster(GIB, GIB));
    assertThat(plan.executorBytes()).isEqualTo(4_000_000L + 16 * 8 * 4_000_000L);
    assertThatCode(plan::check).doesNotThrowAnyException();
  }

  @Test
  void blocksTakeTheirPartOfAnExecutor() {
    MemoryPlan without = MemoryPlan.of(demand(1_000_000), 0, cluster(GIB, GIB));
    MemoryPlan with = MemoryPlan.of(demand(1_000_000), 800 * MIB, cluster(GIB, GIB));
    assertThat(with.executorBytes() - without.executorBytes()).isEqualTo(400 * MIB);
    assertThatThrownBy(with::check).hasMessageContaining("spark.executor.memory");
  }

  @Test
  void inLocalModeDriverAndTasksShareOneHeap() {
    Machines local = new Machines(true, 16, 16, GIB, GIB, 0, GIB);
    MemoryPlan plan = MemoryPlan.of(demand(1_000_000), 100 * MIB, local);
    long apart =
        MemoryPlan.of(demand(1_000_000), 100 * MIB, new Machines(false, 16, 16, GIB, GIB, 0, GIB))
            .driverBytes();
    assertThat(plan.driverBytes()).isGreaterThan(apart + 100 * MIB);
    assertThat(plan.executorBytes()).isZero();
  }

  /** 16 slots judge a block of three members: all their scores, and one's four times over. */
  @Test
  void scoresOfABlockCountInEveryTask() {
    MemoryPlan.Demand three = demand(1000).of(3);
    long without = MemoryPlan.of(three, 0, cluster(GIB, GIB)).executorBytes();
    MemoryPlan plan = MemoryPlan.of(three.scoring(16 * MIB), 0, cluster(GIB, GIB));
    assertThat(plan.executorBytes() - without).isEqualTo(16 * (3 + 4) * 16 * MIB);
    assertThatThrownBy(plan::check)
        .hasMessageContaining("spark.executor.memory")
        .hasMessageContaining("spark.executor.cores");
  }

  @Test
  void rowsThatPassTogetherCountInEveryTaskOfEachTraining() {
    MemoryPlan.Demand two = demand(1000).sideBySide(2);
    long without = MemoryPlan.of(two, 0, cluster(GIB, GIB)).executorBytes();
    MemoryPlan plan = MemoryPlan.of(two.gathering(16 * MIB), 0, cluster(GIB, GIB));
    assertThat(plan.executorBytes() - without).isEqualTo(16 * 2 * 16 * MIB);
  }

  @Test
  void evaluationsCountWhereTheyTakeMoreThanGradients() {
    MemoryPlan.Demand few = new MemoryPlan.Demand(1, 1000, 12, false, 64, 512 << 10, 0, false);
    MemoryPlan plan = MemoryPlan.of(few, 0, cluster(GIB, GIB));
    assertThat(plan.roundResultBytes()).isEqualTo(32 * (512L << 10));
    assertThat(plan.taskResultBytes()).isEqualTo(512L << 10);
    MemoryPlan.Demand scores = new MemoryPlan.Demand(1, 1000, 12, false, 64, 0, 400 * MIB, false);
    plan = MemoryPlan.of(scores, 0, cluster(GIB, 300 * MIB));
    assertThat(plan.roundResultBytes()).isEqualTo(400 * MIB);
    assertThatThrownBy(plan::check)
        .hasMessageContaining("spark.driver.maxResultSize")
        .hasMessageContaining("spark.driver.memory");
  }

  @Test
  void trainingsSideBySideHaveStatesOfTheirOwnAndShareSlotsAndBlocks() {
    MemoryPlan one = MemoryPlan.of(demand(1_000_000), 800 * MIB, cluster(GIB, GIB));
    MemoryPlan three = MemoryPlan.of(demand(1_000_000).sideBySide(3), 800 * MIB, cluster(GIB, GIB));
    assertThat(three.driverBytes()).isEqualTo(3 * one.driverBytes());
    assertThat(three.executorBytes() - one.executorBytes()).isEqualTo(2 * 4_000_000L);
    assertThat(three.sumBytes()).isEqualTo(one.sumBytes());
  }

  @Test
  void noLimitOnResultsIsNoLimit() {
    MemoryPlan plan = MemoryPlan.of(demand(1_000_000), 0, cluster(16 * GIB, 0));
    assertThatCode(plan::check).doesNotThrowAnyException();
  }

  @Test
  void aGangIsHeldToItsMessagesAndNotToTheLimitsOfResults() {
    MemoryPlan.Demand gang = new MemoryPlan.Demand(1, 10_000_000, 12, false, 64, 0, 0, true);
    MemoryPlan.Demand job = new MemoryPlan.Demand(1, 10_000_000, 12, false, 64, 0, 0, false);
    Machines machines = new Machines(false, 32, 4, 8 * GIB, 8 * GIB, GIB, 32 * MIB);
    MemoryPlan plan = MemoryPlan.of(gang, 0, machines);
    MemoryPlan other = MemoryPlan.of(job, 0, machines);
    assertThatThrownBy(other::check)
        .hasMessageContaining("spark.driver.maxResultSize")
        .hasMessageContaining("spark.kryoserializer.buffer.max");
    assertThatCode(plan::check).doesNotThrowAnyException();
    // 8 executors: a sum of 40 MB from each, and 40 MB of parameters to each and in hand.
    assertThat(plan.driverBytes() - other.driverBytes()).isEqualTo((8 + 9) * 40_000_000L);
    assertThat(plan.executorBytes() - other.executorBytes()).isEqualTo(2 * 40_000_000L);
    Machines tight = new Machines(false, 32, 4, other.driverBytes() * 5 / 4, 8 * GIB, GIB, GIB);
    assertThatThrownBy(() -> MemoryPlan.of(gang, 0, tight).check())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("messages on the driver would take")
        .hasMessageContaining("spark.driver.memory");
  }

  @Test
  void aGangInOneJvmSendsNothing() {
    Machines local = new Machines(true, 16, 16, GIB, GIB, 0, GIB);
    MemoryPlan.Demand gang = new MemoryPlan.Demand(1, 1_000_000, 12, false, 64, 0, 0, true);
    assertThat(MemoryPlan.of(gang, 0, local).driverBytes())
        .isEqualTo(MemoryPlan.of(demand(1_000_000), 0, local).driverBytes());
  }
}
