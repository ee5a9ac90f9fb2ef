package dev.lockstep.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.shard.Slots;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.cluster.ExecutorInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.collection.immutable.Map$;

/** A watch over executors, one of which Spark's status store hears of later than others do. */
@Timeout(60)
class ExecutorWatchIT {
  private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  private final LiveListenerBus bus = spark.sc().listenerBus();
  private final Closing closing = new Closing();
  private final Hearing hearing = new Hearing();

  private record Gate() implements SparkListenerEvent {}

  /** Stands between the news and the status store until it is opened. */
  private static final class Closing extends SparkListener {
    private final CountDownLatch opened = new CountDownLatch(1);

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof Gate) {
        try {
          opened.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Hears what the watch may hear. */
  private static final class Hearing extends SparkListener {
    private final CountDownLatch added = new CountDownLatch(1);

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded executor) {
      added.countDown();
    }
  }

  @AfterEach
  void removeExecutor() throws Exception {
    closing.opened.countDown();
    bus.removeListener(closing);
    bus.removeListener(hearing);
    bus.post(new SparkListenerExecutorRemoved(0, "late", "the end of a test"));
    bus.waitUntilEmpty();
  }

  @Test
  void anExecutorIsNoticedHoweverLateItIsCounted() throws Exception {
    int before = Slots.of(spark.sc()).total();
    ExecutorWatch watch = ExecutorWatch.on(spark);
    bus.addToStatusQueue(closing);
    bus.addToSharedQueue(hearing);
    bus.post(new Gate());
    bus.post(new SparkListenerExecutorAdded(0, "late", executorOfOneCore()));
    hearing.added.await();
    watch.changed();
    assertThat(Slots.of(spark.sc()).total()).isEqualTo(before);

    closing.opened.countDown();

    long start = System.nanoTime();
    while (!watch.changed() && System.nanoTime() - start < LONGEST_NANOS) {
      Thread.onSpinWait();
    }
    assertThat(Slots.of(spark.sc()).total()).isEqualTo(before + 1);
    assertThat(System.nanoTime() - start).isLessThan(LONGEST_NANOS);
  }

  private static ExecutorInfo executorOfOneCore() {
    return new ExecutorInfo("127.0.0.1", 1, Map$.MODULE$.empty());
  }
}
