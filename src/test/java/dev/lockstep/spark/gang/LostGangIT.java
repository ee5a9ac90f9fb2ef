package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.Failure;
import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ClusterContract;
import dev.lockstep.train.LocalCluster;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.MetricSettings;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.cluster.ExecutorInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.collection.immutable.Map$;

/** Gangs whose tasks find no slot within ten seconds start again, and give up in the end. */
class LostGangIT {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  private static final String MOST_FAILURES = "spark.task.maxFailures";
  private static final int ROWS = 53;
  private static final int COLUMNS = 4;
  private static final int SHARDS = 4;
  private static final Step STEP =
      new Step(0, 0, new Ranks(0, ROWS), false, RowOrder.RANKED, RandomKey.of(2));

  @AfterEach
  void allowFailures() {
    SPARK.sc().conf().remove(MOST_FAILURES);
  }

  @ParameterizedTest
  @EnumSource(names = {"GANG", "GANG_BY_MESSAGES"})
  void aGangThatLacksASlotStartsAgainAndLosesNothing(Engine engine) throws Exception {
    EncodedTable table = new EncodedTable(ROWS, COLUMNS, SHARDS);
    Parameters params = new Parameters(1, COLUMNS + 1, new float[COLUMNS + 1]);
    try (ShardSet set = table.build(SPARK, ROWS);
        Cluster plain =
            new LocalCluster(
                Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), MetricSettings.DEFAULTS);
        Cluster gang = engine.open(SPARK, set, table);
        HeldSlots held = HeldSlots.take(1)) {
      Starts starts = new Starts(held::free);
      SPARK.sc().addSparkListener(starts);
      try {
        ClusterContract.assertSameBits(
            gang.gradient(params, STEP), plain.gradient(params, STEP), "the second gang");
      } finally {
        SPARK.sc().removeSparkListener(starts);
      }
      assertThat(starts.gangs).hasValue(2);
    }
  }

  /** As where Spark counts the cores of an executor to which it gives no task. */
  @Test
  void aGangOverMoreSlotsThanThereAreGoesOnWithTheTasksThatCame() throws Exception {
    EncodedTable table = new EncodedTable(ROWS, COLUMNS, SHARDS);
    Parameters params = new Parameters(1, COLUMNS + 1, new float[COLUMNS + 1]);
    LiveListenerBus bus = SPARK.sc().listenerBus();
    Starts starts = new Starts(() -> {});
    try (ShardSet set = table.build(SPARK, ROWS);
        Cluster plain =
            new LocalCluster(
                Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), MetricSettings.DEFAULTS);
        Cluster gang = Engine.GANG_BY_MESSAGES.open(SPARK, set, table)) {
      SPARK.sc().addSparkListener(starts);
      ExecutorInfo oneCore = new ExecutorInfo("127.0.0.1", 1, Map$.MODULE$.empty());
      bus.post(new SparkListenerExecutorAdded(0, "nobody", oneCore));
      bus.waitUntilEmpty();
      ClusterContract.assertSameBits(
          gang.gradient(params, STEP), plain.gradient(params, STEP), "the second gang");
      assertThat(starts.gangs).hasValue(2);
    } finally {
      SPARK.sc().removeSparkListener(starts);
      bus.post(new SparkListenerExecutorRemoved(0, "nobody", "the end of a test"));
      bus.waitUntilEmpty();
    }
  }

  @Test
  void gangsThatNeverFindASlotAreTheClustersFailure() throws Exception {
    SPARK.sc().conf().set(MOST_FAILURES, "1");
    EncodedTable table = new EncodedTable(ROWS, COLUMNS, SHARDS);
    Parameters params = new Parameters(1, COLUMNS + 1, new float[COLUMNS + 1]);
    try (ShardSet set = table.build(SPARK, ROWS);
        HeldSlots held = HeldSlots.take(2);
        Cluster gang = Engine.GANG_BY_MESSAGES.open(SPARK, set, table)) {
      Failure failure = Failure.of(catchThrowable(() -> gang.gradient(params, STEP)));
      assertThat(held.isHeld()).isTrue();
      assertThat(failure.code()).isEqualTo(ExitCode.CLUSTER);
      assertThat(failure.code().code()).isEqualTo(75);
      assertThat(failure.sentence())
          .contains("2 of 2 groups of shards have had no task for 10 s")
          .contains("run the same command again");
    }
  }

  /** As where executors end with the driver: what it is to save it must not save too late. */
  @Test
  void aRoundThatIsNotCompleteIsGivenUpSoonAfterAStop() throws Exception {
    EncodedTable table = new EncodedTable(ROWS, COLUMNS, SHARDS);
    Parameters params = new Parameters(1, COLUMNS + 1, new float[COLUMNS + 1]);
    Starts starts = new Starts(() -> {});
    try (ShardSet set = table.build(SPARK, ROWS);
        HeldSlots held = HeldSlots.take(2);
        Cluster gang = Engine.GANG_BY_MESSAGES.open(SPARK, set, table)) {
      SPARK.sc().addSparkListener(starts);
      gang.giveUpAfter(() -> true);
      Failure failure = Failure.of(catchThrowable(() -> gang.gradient(params, STEP)));
      assertThat(failure.sentence()).contains("a stop was asked for");
      assertThat(held.isHeld()).isTrue();
      held.free();
      gang.giveUpAfter(() -> false);
      assertThat(gang.gradient(params, STEP).weightSums()[0]).isPositive();
      assertThat(starts.gangs).hasValue(1);
    } finally {
      SPARK.sc().removeSparkListener(starts);
    }
  }

  /** Counts gangs, and acts when the second one starts. */
  private static final class Starts extends SparkListener {
    private final Runnable atTheSecond;
    private final AtomicInteger gangs = new AtomicInteger();

    Starts(Runnable atTheSecond) {
      this.atTheSecond = atTheSecond;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      String description = start.properties().getProperty("spark.job.description", "");
      if (description.contains("a gang from step") && gangs.incrementAndGet() == 2) {
        atTheSecond.run();
      }
    }
  }

  /** Slots that tasks of another job hold. */
  private static final class HeldSlots implements AutoCloseable {
    private static CountDownLatch taken;
    private static CountDownLatch freed;

    private final JavaFutureAction<Void> job;

    private HeldSlots(JavaFutureAction<Void> job) {
      this.job = job;
    }

    static HeldSlots take(int slots) throws InterruptedException {
      taken = new CountDownLatch(slots);
      freed = new CountDownLatch(1);
      List<Integer> tasks = IntStream.range(0, slots).boxed().toList();
      JavaFutureAction<Void> job = SPARK.parallelize(tasks, slots).foreachAsync(HeldSlots::hold);
      taken.await();
      return new HeldSlots(job);
    }

    private static void hold(Integer task) throws InterruptedException {
      taken.countDown();
      freed.await();
    }

    boolean isHeld() {
      return freed.getCount() > 0;
    }

    void free() {
      freed.countDown();
    }

    @Override
    public void close() throws Exception {
      free();
      job.get();
    }
  }
}
