package dev.lockstep.spark.gang;

import java.util.Collections;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for more executors than a gang has, where Spark allocates them by demand: it counts the
 * tasks that wait, and a gang's tasks never do. A recruit is a task that waits for a slot and is
 * over at once when it has one; the executor that came for it is what the gang starts again for.
 * One thread uses it.
 */
final class Recruits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recruits.class);
  private static final long RENEW_NANOS = 5_000_000_000L;

  private final JavaSparkContext spark;
  private final String name;
  private final boolean wanted;
  private Optional<JavaFutureAction<Void>> waiting = Optional.empty();
  private long lastNanos = System.nanoTime();

  /**
   * Recruits of an application; none where executors are not allocated by demand.
   *
   * @param name the group of Spark's jobs
   */
  Recruits(JavaSparkContext spark, String name) {
    this.spark = spark;
    this.name = name;
    this.wanted = spark.sc().executorAllocationManager().isDefined();
  }

  /** Has as many wait as there are groups to be had; now and then, since they may be over. */
  void call(int tasks) {
    long now = System.nanoTime();
    if (!wanted || tasks <= 0 || now - lastNanos < RENEW_NANOS) {
      return;
    }
    lastNanos = now;
    if (waiting.isEmpty() || waiting.get().isDone()) {
      LOG.debug("{} tasks wait for executors", tasks);
      SparkContext context = spark.sc();
      context.setJobGroup(name, "gang: %d tasks wait for executors".formatted(tasks), false);
      try {
        waiting =
            Optional.of(
                spark
                    .parallelize(Collections.nCopies(tasks, 0), tasks)
                    .foreachPartitionAsync(nothing -> {}));
      } finally {
        context.clearJobGroup();
      }
    }
  }

  /** Nobody waits any more. */
  @Override
  public void close() {
    waiting.ifPresent(each -> each.cancel(true));
    waiting = Optional.empty();
    lastNanos = System.nanoTime();
  }
}
