package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.math.RandomKey;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ExchangeFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Gangs on a standalone cluster whose executors are killed, removed and added in the middle of a
 * training: every one of them ends with the bits of an undisturbed {@code job} engine.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GangKillIT {
  private static final int STEPS = 240;
  private static final int KILLS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir static Path base;
  private static GangGround ground;
  private static float[] undisturbed;
  private static float[] undisturbedRounded;

  @BeforeAll
  static void start() {
    ground = GangGround.start(base, 1, 8, Map.of());
    undisturbed = ground.undisturbed(STEPS);
    undisturbedRounded = ground.undisturbed(new AdamFit(STEPS, ExchangeFormat.BF16));
  }

  @AfterAll
  static void stop() {
    ground.close();
  }

  @Test
  @Order(1)
  void anUndisturbedGangHasTheBitsOfTheJobEngine() {
    try (Cluster gang = ground.gang()) {
      assertThat(train(gang, step -> {})).isEqualTo(undisturbed);
      assertThat(trainRounded(gang, step -> {}))
          .isEqualTo(undisturbedRounded)
          .isNotEqualTo(undisturbed);
    }
  }

  @Test
  @Order(3)
  void executorsKilledAtRandomStepsDoNotChangeTheBits() {
    killInSeededRuns(1, 5, GangKillIT::train, undisturbed);
  }

  @Test
  @Order(3)
  void executorsKilledAtRandomStepsDoNotChangeTheBitsOfARoundedExchange() {
    killInSeededRuns(1, 5, GangKillIT::trainRounded, undisturbedRounded);
  }

  @Test
  @Order(2)
  void theTasksOfOtherExecutorsGoOnAsTheyAre() {
    SparkContext spark = ground.spark();
    ground.awaitExecutors(GangGround.WORKERS);
    Set<String> before = Set.copyOf(ground.executors());
    Witness witness = new Witness();
    spark.addSparkListener(witness);
    try (Cluster gang = ground.gang()) {
      assertThat(train(gang, witness)).isEqualTo(undisturbed);
    } finally {
      spark.removeSparkListener(witness);
    }
    Set<String> others = new HashSet<>(before);
    others.removeAll(witness.lost);
    assertThat(others).hasSize(GangGround.WORKERS - 1);
    assertThat(witness.ended).isNotEmpty();
    assertThat(witness.ended.values()).doesNotContainAnyElementsOf(others);
  }

  @Test
  @Order(4)
  @Tag("chaos")
  void executorsKilledInManyMoreRunsDoNotChangeTheBits() {
    killInSeededRuns(6, 50, GangKillIT::train, undisturbed);
    killInSeededRuns(6, 50, GangKillIT::trainRounded, undisturbedRounded);
  }

  /** As dynamic allocation takes and gives executors, through the same requests to Spark. */
  @Test
  @Order(5)
  void anExecutorThatIsRemovedAndOneThatIsAddedDoNotChangeTheBits() {
    SparkContext spark = ground.spark();
    LongConsumer resize =
        step -> {
          if (step == STEPS / 3) {
            spark.killExecutor(ground.executors().get(0));
            ground.awaitExecutors(GangGround.WORKERS - 1);
          } else if (step == STEPS / 2) {
            spark.requestTotalExecutors(
                GangGround.WORKERS,
                0,
                CollectionConverters.asScala(Map.<String, Object>of())
                    .toMap(scala.$less$colon$less$.MODULE$.refl()));
            ground.awaitExecutors(GangGround.WORKERS);
          }
        };
    try (Cluster gang = ground.gang()) {
      assertThat(train(gang, resize)).isEqualTo(undisturbed);
    }
  }

  private static void killInSeededRuns(
      int first, int last, BiFunction<Cluster, LongConsumer, float[]> training, float[] wanted) {
    for (int seed = first; seed <= last; seed++) {
      List<Long> steps = new ArrayList<>();
      for (int kill = 0; kill < KILLS; kill++) {
        steps.add((long) (RandomKey.of(seed).uniform(kill) * (STEPS - 2)) + 1);
      }
      Killer killer = new Killer(RandomKey.of(seed), steps);
      try (Cluster gang = ground.gang()) {
        assertThat(training.apply(gang, killer))
            .as("seed %d, kills at %s", seed, steps)
            .isEqualTo(wanted);
      }
      System.out.printf("seed %d: killed at %s, answered after %s%n", seed, steps, killer.answers);
      assertThat(killer.answers).isNotEmpty().allMatch(took -> took.toSeconds() < 120);
    }
  }

  /** Kills a worker's executor at some steps, and tells how long the next step took. */
  private static final class Killer implements LongConsumer {
    private final RandomKey random;
    private final List<Long> steps;
    private final List<Duration> answers = new ArrayList<>();
    private long killed;

    Killer(RandomKey random, List<Long> steps) {
      this.random = random;
      this.steps = steps;
    }

    @Override
    public void accept(long step) {
      if (killed > 0) {
        answers.add(Duration.ofMillis((System.nanoTime() - killed) / 1_000_000));
        killed = 0;
      }
      if (steps.contains(step)) {
        ground.cluster().killExecutors(1 + (int) (random.uniform(100 + step) * GangGround.WORKERS));
        killed = System.nanoTime();
      }
    }
  }

  /** Kills one executor, and notes the attempts that ended until the next step was answered. */
  private static final class Witness extends SparkListener implements LongConsumer {
    private static final int STEP = STEPS / 2;

    private final Map<Long, String> ended = new ConcurrentHashMap<>(); // executor by attempt
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private volatile boolean watching;

    @Override
    public void accept(long step) {
      if (step == STEP) {
        watching = true;
        ground.cluster().killExecutors(1);
      } else if (step == STEP + 1) {
        Await.until("news of the executor", LIMIT, () -> !lost.isEmpty());
        watching = false;
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (watching) {
        ended.put(end.taskInfo().taskId(), end.taskInfo().executorId());
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      lost.add(removed.executorId());
    }
  }

  private static float[] train(Cluster cluster, LongConsumer afterStep) {
    return new AdamFit(STEPS).train(cluster, afterStep);
  }

  private static float[] trainRounded(Cluster cluster, LongConsumer afterStep) {
    return new AdamFit(STEPS, ExchangeFormat.BF16).train(cluster, afterStep);
  }
}
