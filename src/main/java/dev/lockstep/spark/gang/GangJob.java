package dev.lockstep.spark.gang;

import dev.lockstep.spark.shard.StoredShard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag$;

/** The one Spark job of a gang, in a thread of its own. */
final class GangJob {
  private static final long END_SECONDS = 5;

  private final SparkContext spark;
  private final String group;
  private final String description;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private GangJob(SparkContext spark, String group, String description) {
    this.spark = spark;
    this.group = group;
    this.description = description;
  }

  /**
   * Submits the job.
   *
   * @param description as Spark's pages show it
   */
  static GangJob start(
      SparkContext spark,
      String group,
      String description,
      RDD<StoredShard> shards,
      GangTask task) {
    GangJob job = new GangJob(spark, group, description);
    Thread thread = new Thread(() -> job.run(shards, task), group);
    thread.setDaemon(true);
    thread.start();
    return job;
  }

  private void run(RDD<StoredShard> shards, GangTask task) {
    try {
      spark.setJobGroup(group, description, true);
      spark.runJob(shards, task, ClassTag$.MODULE$.apply(Object.class));
      end.complete(null);
    } catch (Throwable e) { // Scala throws checked ones without declaring them
      end.completeExceptionally(e);
    }
  }

  /** Whether the job is over, by itself or by failure. */
  boolean isOver() {
    return end.isDone();
  }

  /** Why the job failed, if it did. */
  Optional<Throwable> failure() {
    try {
      end.getNow(null);
      return Optional.empty();
    } catch (java.util.concurrent.CompletionException e) {
      return Optional.of(e.getCause());
    }
  }

  /** Waits for the tasks to go by themselves, then makes them. */
  void close() {
    if (!ends()) {
      spark.cancelJobGroup(group);
      ends();
    }
  }

  private boolean ends() {
    try {
      end.get(END_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
