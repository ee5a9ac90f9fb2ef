package dev.lockstep.spark.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Ends the jobs of an application whose executors are all gone and stay away: Spark would wait for
 * others for ever. Executors that have never come are waited for, as in a queue.
 */
public final class LostExecutors implements AutoCloseable {
  /** How {@link ClusterFailures} knows a job that was ended so. */
  static final String SIGN = "all executors have been gone for";

  private static final Logger LOG = LoggerFactory.getLogger(LostExecutors.class);
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long LOOK_MILLIS = 1000;

  private final SparkContext spark;
  private final Duration limit;
  private final ScheduledExecutorService timer;
  private boolean seen;
  private long sinceNanos = System.nanoTime();

  private LostExecutors(SparkContext spark, Duration limit) {
    this.spark = spark;
    this.limit = limit;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            look -> {
              Thread thread = new Thread(look, "lockstep-lost-executors");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A watch over an application: ten minutes without executors are too many. */
  public static LostExecutors on(SparkContext spark) {
    return on(spark, LIMIT);
  }

  /** A watch over an application that may be without executors for so long. */
  public static LostExecutors on(SparkContext spark, Duration limit) {
    LostExecutors watch = new LostExecutors(spark, limit);
    if (!spark.isLocal()) {
      watch.timer.scheduleWithFixedDelay(
          watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    return watch;
  }

  private void look() {
    if (spark.isStopped()) {
      close();
      return;
    }
    try {
      count();
    } catch (RuntimeException e) { // the timer would never look again
      LOG.warn("executors were not counted", e);
    }
  }

  private void count() {
    List<ExecutorSummary> executors =
        CollectionConverters.asJava(spark.statusStore().executorList(false)).stream()
            .filter(executor -> !executor.id().equals("driver"))
            .toList();
    boolean there = executors.stream().anyMatch(ExecutorSummary::isActive);
    int[] jobs = spark.statusTracker().getActiveJobIds();
    seen |= !executors.isEmpty(); // dead ones too: all may come and go between two looks
    long now = System.nanoTime();
    if (there || !seen || jobs.length == 0) {
      sinceNanos = now;
    } else if (now - sinceNanos > limit.toNanos()) {
      sinceNanos = now;
      String reason = "because %s %d s".formatted(SIGN, limit.toSeconds());
      LOG.warn("{} jobs end {}", jobs.length, reason);
      for (int job : jobs) {
        spark.cancelJob(job, reason);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
