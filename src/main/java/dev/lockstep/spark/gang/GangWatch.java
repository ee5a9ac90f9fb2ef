package dev.lockstep.spark.gang;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Tells the present gang which tasks and executors Spark has lost, and when Spark is at work for
 * tasks that are to come.
 */
final class GangWatch extends SparkListener implements AutoCloseable {
  private final SparkContext spark;
  private final AtomicReference<Attendance> attendance = new AtomicReference<>(new Attendance(0));

  private final GangStages stages;

  private GangWatch(SparkContext spark, String prefix) {
    this.spark = spark;
    this.stages = new GangStages(prefix);
  }

  /** A watch over an application, and over the jobs whose group starts with {@code prefix}. */
  static GangWatch on(SparkContext spark, String prefix) {
    GangWatch watch = new GangWatch(spark, prefix);
    spark.addSparkListener(watch);
    return watch;
  }

  /** Tells this one from now on. */
  void tell(Attendance present) {
    attendance.getAndSet(present).lastLoss().ifPresent(present::lostBefore);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    stages.add(start);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (stages.prepares(start.stageId())) {
      attendance.get().preparing(start.taskInfo().taskId(), start.taskInfo().executorId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    long attempt = end.taskInfo().taskId();
    if (end.reason() instanceof TaskFailedReason failed) {
      String why = failed.toErrorString().lines().findFirst().orElse("");
      attendance.get().failedAttempt(attempt, why);
    } else {
      attendance.get().lostAttempt(attempt);
    }
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    attendance.get().lostExecutor(removed.executorId());
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
