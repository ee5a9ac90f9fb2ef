package dev.lockstep.process;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.IndirectTaskResult;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskResult;
import org.apache.spark.scheduler.TaskResultGetter;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.TaskSetManager;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * What a test in the driver's JVM sees of tasks, and a place to act between the end of a task and
 * the fetch of its result. Named in {@code spark.extraListeners}; one application at a time.
 */
public final class DriverProbe extends SparkListener {
  /** Speculative attempts that started. */
  static final AtomicInteger SPECULATIVE = new AtomicInteger();

  /** Attempts that had ended well, and failed since what they left could not be fetched. */
  static final AtomicInteger LOST_RESULTS = new AtomicInteger();

  /** Results, in bytes, that executors kept for the driver to fetch: the largest of them. */
  static final AtomicInteger LARGEST_FETCHED = new AtomicInteger();

  /** Called once with the executor that holds the next result which the driver has to fetch. */
  static final AtomicReference<Consumer<String>> BEFORE_FETCH = new AtomicReference<>();

  private static final AtomicLong BEREFT_TASK = new AtomicLong(-1);

  private boolean installed;

  /** Forgets what other applications did. */
  static void reset() {
    SPECULATIVE.set(0);
    LOST_RESULTS.set(0);
    LARGEST_FETCHED.set(0);
    BEFORE_FETCH.set(null);
    BEREFT_TASK.set(-1);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (!installed) {
      SparkContext context = SparkContext$.MODULE$.getActive().get();
      TaskSchedulerImpl scheduler = (TaskSchedulerImpl) context.taskScheduler();
      scheduler.taskResultGetter_$eq(new Getter(context.env(), scheduler));
      installed = true;
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (start.taskInfo().speculative()) {
      SPECULATIVE.incrementAndGet();
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().taskId() == BEREFT_TASK.get() && !end.taskInfo().successful()) {
      LOST_RESULTS.incrementAndGet();
    }
  }

  private static final class Getter extends TaskResultGetter {
    private static final ClassTag<TaskResult<?>> RESULT = ClassTag$.MODULE$.apply(TaskResult.class);

    private final SparkEnv env;

    Getter(SparkEnv env, TaskSchedulerImpl scheduler) {
      super(env, scheduler);
      this.env = env;
    }

    @Override
    public void enqueueSuccessfulTask(TaskSetManager tasks, long task, ByteBuffer data) {
      TaskResult<?> result =
          env.closureSerializer().newInstance().deserialize(data.duplicate(), RESULT);
      if (result instanceof IndirectTaskResult<?> indirect) {
        LARGEST_FETCHED.accumulateAndGet((int) indirect.size(), Math::max);
        Consumer<String> action = BEFORE_FETCH.getAndSet(null);
        if (action != null) {
          BEREFT_TASK.set(task);
          action.accept(tasks.taskInfos().apply(task).executorId());
        }
      }
      super.enqueueSuccessfulTask(tasks, task, data);
    }
  }
}
