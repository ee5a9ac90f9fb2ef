package dev.lockstep.spark.gang;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Tells the present gang which tasks and executors Spark has lost. */
final class GangWatch extends SparkListener implements AutoCloseable {
  private final SparkContext spark;
  private final AtomicReference<Attendance> attendance = new AtomicReference<>(new Attendance(0));

  private GangWatch(SparkContext spark) {
    this.spark = spark;
  }

  /** A watch over an application. */
  static GangWatch on(SparkContext spark) {
    GangWatch watch = new GangWatch(spark);
    spark.addSparkListener(watch);
    return watch;
  }

  /** Tells this one from now on. */
  void tell(Attendance present) {
    attendance.set(present);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (!(end.reason() instanceof Success$)) {
      attendance.get().lostAttempt(end.taskInfo().taskId());
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
