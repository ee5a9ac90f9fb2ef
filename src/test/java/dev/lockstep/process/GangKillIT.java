package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.bench.OurFit;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.RandomKey;
import dev.lockstep.spark.SparkExit;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
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
  private static final int WORKERS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir static Path base;
  private static StandaloneCluster cluster;
  private static Map<String, String> settings;
  private static LockstepSession session;
  private static ShardedData data;
  private static float[] undisturbed;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start(base, WORKERS, 1, "1g");
    settings = new HashMap<>(StandaloneCluster.driverHere());
    settings.remove("spark.extraListeners");
    settings.put("spark.ui.enabled", "false");
    SparkExit.stop();
    settings.forEach(System::setProperty);
    session = LockstepSession.start("gang kills", Optional.of(cluster.master()));
    Synthetic rows = new Synthetic(Synthetic.Task.BINARY, 20_000, 10, 1.0, 2, 0.5, 1, 0, false);
    data = OurFit.load(session, rows, 8);
    try (Cluster job = data.cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      undisturbed = train(job, step -> {});
    }
  }

  @AfterAll
  static void stop() {
    settings.keySet().forEach(System::clearProperty);
    data.close();
    session.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void anUndisturbedGangHasTheBitsOfTheJobEngine() {
    try (Cluster gang = gang()) {
      assertThat(train(gang, step -> {})).isEqualTo(undisturbed);
    }
  }

  @Test
  @Order(3)
  void executorsKilledAtRandomStepsDoNotChangeTheBits() {
    killInSeededRuns(1, 5);
  }

  @Test
  @Order(2)
  void theTasksOfOtherExecutorsGoOnAsTheyAre() {
    SparkContext spark = session.context().sc();
    CoarseGrainedSchedulerBackend backend =
        (CoarseGrainedSchedulerBackend) spark.schedulerBackend();
    awaitExecutors(backend, WORKERS);
    Set<String> before = Set.copyOf(CollectionConverters.asJava(backend.getExecutorIds()));
    Witness witness = new Witness();
    spark.addSparkListener(witness);
    try (Cluster gang = gang()) {
      assertThat(train(gang, witness)).isEqualTo(undisturbed);
    } finally {
      spark.removeSparkListener(witness);
    }
    Set<String> others = new HashSet<>(before);
    others.removeAll(witness.lost);
    assertThat(others).hasSize(WORKERS - 1);
    assertThat(witness.ended).isNotEmpty();
    assertThat(witness.ended.values()).doesNotContainAnyElementsOf(others);
  }

  @Test
  @Order(4)
  @Tag("chaos")
  void executorsKilledInManyMoreRunsDoNotChangeTheBits() {
    killInSeededRuns(6, 50);
  }

  /** As dynamic allocation takes and gives executors, through the same requests to Spark. */
  @Test
  @Order(5)
  void anExecutorThatIsRemovedAndOneThatIsAddedDoNotChangeTheBits() {
    SparkContext spark = session.context().sc();
    CoarseGrainedSchedulerBackend backend =
        (CoarseGrainedSchedulerBackend) spark.schedulerBackend();
    LongConsumer resize =
        step -> {
          if (step == STEPS / 3) {
            spark.killExecutor(CollectionConverters.asJava(backend.getExecutorIds()).get(0));
            awaitExecutors(backend, WORKERS - 1);
          } else if (step == STEPS / 2) {
            spark.requestTotalExecutors(
                WORKERS,
                0,
                CollectionConverters.asScala(Map.<String, Object>of())
                    .toMap(scala.$less$colon$less$.MODULE$.refl()));
            awaitExecutors(backend, WORKERS);
          }
        };
    try (Cluster gang = gang()) {
      assertThat(train(gang, resize)).isEqualTo(undisturbed);
    }
  }

  private static void awaitExecutors(CoarseGrainedSchedulerBackend backend, int count) {
    Await.until(count + " executors", LIMIT, () -> backend.getExecutorIds().size() == count);
  }

  private static Cluster gang() {
    return data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS);
  }

  private static void killInSeededRuns(int first, int last) {
    for (int seed = first; seed <= last; seed++) {
      List<Long> steps = new ArrayList<>();
      for (int kill = 0; kill < KILLS; kill++) {
        steps.add((long) (RandomKey.of(seed).uniform(kill) * (STEPS - 2)) + 1);
      }
      Killer killer = new Killer(RandomKey.of(seed), steps);
      try (Cluster gang = gang()) {
        assertThat(train(gang, killer))
            .as("seed %d, kills at %s", seed, steps)
            .isEqualTo(undisturbed);
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
        cluster.killExecutors(1 + (int) (random.uniform(100 + step) * WORKERS));
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
        cluster.killExecutors(1);
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
}
