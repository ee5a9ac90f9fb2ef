package dev.lockstep.spark.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Notices that executors came or went, so that shards are dealt out anew. */
public final class ExecutorWatch extends SparkListener implements AutoCloseable {
  private final JavaSparkContext spark;
  private final AtomicBoolean changed = new AtomicBoolean();

  private ExecutorWatch(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** A watch over the application's executors. */
  public static ExecutorWatch on(JavaSparkContext spark) {
    ExecutorWatch watch = new ExecutorWatch(spark);
    spark.sc().addSparkListener(watch);
    return watch;
  }

  /** Whether executors changed since this was last asked. */
  public boolean changed() {
    return changed.getAndSet(false);
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    changed.set(true);
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    changed.set(true);
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
  }
}
