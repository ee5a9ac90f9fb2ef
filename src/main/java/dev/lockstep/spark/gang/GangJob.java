package dev.lockstep.spark.gang;

import dev.lockstep.spark.shard.StoredShard;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The Spark jobs of a gang: one for all groups, and another for each group whose task gave its
 * place up, since shuffle files that it needs are lost. Spark would bring such files back too, but
 * within the first job, and then starts every task of it a second time, in places that the lost
 * ones need. A new job brings back what it needs and leaves the other tasks alone. Safe for
 * threads.
 */
final class GangJob {
  private static final Logger LOG = LoggerFactory.getLogger(GangJob.class);
  private static final long END_SECONDS = 5;

  private final SparkContext spark;
  private final String name;
  private final RDD<StoredShard> shards;
  private final GangTask task;
  private final Attendance attendance;
  private final Set<Integer> vacant = new TreeSet<>();
  private Optional<Throwable> failure = Optional.empty();
  private final Map<Integer, Integer> givenUp = new HashMap<>(); // times by group
  private int running;
  private boolean closing;

  private GangJob(
      SparkContext spark,
      String name,
      RDD<StoredShard> shards,
      GangTask task,
      Attendance attendance) {
    this.spark = spark;
    this.name = name;
    this.shards = shards;
    this.task = task;
    this.attendance = attendance;
  }

  /**
   * Submits the job of all groups.
   *
   * @param name the group of Spark's jobs
   * @param description of the job, as Spark's pages show it
   */
  static GangJob start(
      SparkContext spark,
      String name,
      String description,
      RDD<StoredShard> shards,
      GangTask task,
      Attendance attendance) {
    GangJob job = new GangJob(spark, name, shards, task, attendance);
    job.submit(description, IntStream.range(0, attendance.groups()).boxed().toList());
    return job;
  }

  private synchronized void submit(String description, List<Integer> groups) {
    running++;
    Thread thread = new Thread(() -> run(description, groups), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(String description, List<Integer> groups) {
    Optional<Throwable> thrown = Optional.empty();
    try {
      spark.setJobGroup(name, description, true);
      spark.runJob(
          shards,
          task,
          CollectionConverters.asScala(List.<Object>copyOf(groups)).toSeq(),
          new Results(groups),
          ClassTag$.MODULE$.apply(Object.class));
    } catch (Throwable e) { // Scala throws checked ones without declaring them
      thrown = Optional.of(e);
    }
    over(thrown);
  }

  private synchronized void over(Optional<Throwable> thrown) {
    running--;
    failure = failure.or(() -> thrown);
    notifyAll();
  }

  /** Hears of each task that ended well: at the gang's end, or as its place was given up. */
  private final class Results extends AbstractFunction2<Object, Object, BoxedUnit> {
    private final List<Integer> groups;

    Results(List<Integer> groups) {
      this.groups = groups;
    }

    @Override
    public BoxedUnit apply(Object index, Object result) {
      long attempt = (Long) result;
      if (attempt != GangTask.SERVED) {
        attendance.lostAttempt(attempt);
        vacate(groups.get((Integer) index));
      }
      return BoxedUnit.UNIT;
    }
  }

  private synchronized void vacate(int group) {
    givenUp.merge(group, 1, Integer::sum);
    vacant.add(group);
    fill();
  }

  /** How often a group's place was given up since the last call of {@link #forgive}, at most. */
  synchronized int givenUp() {
    return givenUp.isEmpty() ? 0 : Collections.max(givenUp.values());
  }

  /** Counts anew: a round is complete. */
  synchronized void forgive() {
    givenUp.clear();
  }

  /** Starts a job for each group that has no task and will get none from another job. */
  synchronized void fill() {
    for (int group : List.copyOf(vacant)) {
      if (!closing && !attendance.isPresent(group)) {
        LOG.info("group {} of the gang gets another task", group);
        vacant.remove(group);
        submit("gang: group %d again".formatted(group), List.of(group));
      }
    }
  }

  /** Whether all jobs are over, or one has failed. */
  synchronized boolean isOver() {
    return failure.isPresent() || running == 0;
  }

  /** Why a job failed, if one did. */
  synchronized Optional<Throwable> failure() {
    return failure;
  }

  /** Waits for the tasks to go by themselves, then makes them. */
  void close() {
    if (!ends()) {
      spark.cancelJobGroup(name);
      ends();
    }
  }

  private synchronized boolean ends() {
    closing = true;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    try {
      for (long left = END_SECONDS * 1000; running > 0 && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return running == 0;
  }
}
