package dev.lockstep.spark.gang;

import dev.lockstep.math.SumTree;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.ClusterException;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.engine.RoundContext;
import dev.lockstep.spark.engine.RoundWork;
import dev.lockstep.spark.shard.Slots;
import dev.lockstep.spark.shard.StoredShard;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Spark job of long-lived tasks over groups of shards, and the driver's side of its rounds. All
 * state is on the driver, so a task that Spark starts again joins at the open round. One thread
 * uses it.
 */
final class Gang implements AutoCloseable {
  /** How long a thread stays awake for an answer within its JVM. */
  static final long SPIN_NANOS = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Gang.class);
  private static final long NANOS = 1_000_000_000L;
  private static final long LOOK_MILLIS = 100;
  private static final long ABSENCE_NANOS = 10_000_000_000L;
  private static final long SILENCE_NANOS = 45_000_000_000L;

  private final SparkContext spark;
  private final RpcEnv rpc = SparkEnv.get().rpcEnv(); // none once the application has ended
  private final int shards;
  private final List<SumTree.Range> groups;
  private final RoundTable table;
  private final Attendance attendance;
  private final Optional<LocalGang> here;
  private final Optional<RpcEndpointRef> endpoint;
  private final GangJob job;
  private final int mostLosses;
  private boolean proven;
  private boolean served; // this gang itself, a round

  /**
   * Starts a gang over shards that are grouped already.
   *
   * @param name that no other gang has
   * @param step at which it starts, for Spark's pages
   * @param proven whether such work has been done before, so that a cluster's failure may pass
   */
  Gang(
      SparkContext spark,
      String name,
      long step,
      Broadcast<RoundContext> context,
      RDD<StoredShard> grouped,
      GangWatch watch,
      boolean proven,
      boolean local) {
    this.proven = proven;
    this.spark = spark;
    this.mostLosses = spark.conf().getInt("spark.task.maxFailures", 4);
    this.shards = context.value().shards();
    this.groups = SumTree.groups(shards, grouped.getNumPartitions());
    this.table = new RoundTable(shards);
    this.attendance = new Attendance(groups.size());
    UUID token = UUID.randomUUID();
    watch.tell(attendance);
    this.here = local ? Optional.of(LocalGang.open(token, table, attendance)) : Optional.empty();
    this.endpoint = local ? Optional.empty() : Optional.of(endpoint(token, name));
    GangAddress address = new GangAddress(token, name, groups.size(), local);
    String description =
        "%s: a gang from step %,d on, one long-lived task for each of %d groups of %d shards"
            .formatted(spark.appName(), step, groups.size(), shards);
    GangTask task = new GangTask(context, address);
    this.job = GangJob.start(spark, name, description, grouped, task, attendance);
    LOG.info("a gang of {} tasks starts", groups.size());
  }

  private RpcEndpointRef endpoint(UUID token, String name) {
    return rpc.setupEndpoint(name, new GangEndpoint(rpc, token, shards, table, attendance));
  }

  /** How many tasks there are. */
  int groups() {
    return groups.size();
  }

  /** An executor that has tasks of the gang and is being decommissioned. */
  Optional<String> leaving() {
    return attendance.executors().stream()
        .filter(executor -> Slots.leaves(spark, executor))
        .findFirst();
  }

  /**
   * One round over all shards.
   *
   * @param grace after which it is given up
   * @throws GangLostException if another gang must take the round
   * @throws RuntimeException if the work itself fails, or the cluster beyond repair
   */
  <T> T round(long number, RoundWork<T> work, Parameters params, StopGrace grace)
      throws GangLostException {
    table.open(new Round(number, work, params));
    here.ifPresent(LocalGang::help);
    try {
      while (!table.awaitComplete(here.isPresent() ? SPIN_NANOS : 0, LOOK_MILLIS)) {
        if (grace.isOver(System.nanoTime())) {
          throw ClusterFailures.givenUp("a stop was asked for in round " + number, null);
        }
        here.ifPresent(LocalGang::help);
        job.fill();
        requireJob();
        requireSums();
        requireTasks();
        endSilence();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in round " + number, e);
    }
    proven = true;
    served = true;
    job.forgive();
    return table.total(work);
  }

  private void requireJob() throws GangLostException {
    if (!job.isOver()) {
      return;
    }
    Optional<Throwable> failure = job.failure();
    if (failure.isEmpty()) {
      throw new GangLostException("its tasks ended", null);
    }
    RuntimeException explained = ClusterFailures.explain(failure.get());
    String said = ClusterFailures.firstLine(explained) + lastLoss();
    boolean ofCluster = explained instanceof ClusterException;
    // Spark counts a task's failures as long as its job lives, which is the whole training: where
    // rounds were complete, they may be few and far between. Another gang tells.
    if (ofCluster ? proven : served && !ClusterFailures.ofUser(explained)) {
      throw new GangLostException(said, explained);
    }
    if (!ofCluster) {
      throw explained;
    }
    // The last failure of a job may be what came of the first, as where an executor was dying.
    throw ClusterFailures.tellsOfMemory(said)
        ? ClusterFailures.givenUp(said, failure.get())
        : explained;
  }

  /**
   * In one process tasks leave sums themselves, and Spark may try them again: but none counts at
   * this table any more.
   */
  private void requireSums() throws GangLostException {
    Throwable why = here.isPresent() ? table.lost().orElse(null) : null;
    if (why instanceof OutOfMemoryError) {
      throw new GangLostException(
          "a sum was lost as it was added (%s, executor driver)".formatted(why), why);
    } else if (why != null) {
      throw new IllegalStateException("a sum could not be added", why);
    }
  }

  private void requireTasks() throws GangLostException {
    if (job.givenUp() >= mostLosses) {
      throw ClusterFailures.givenUp(
          "a task lost its executor %d times in one round%s".formatted(mostLosses, lastLoss()),
          null);
    }
    if (attendance.absentNanos(this::isWaitedFor) > ABSENCE_NANOS) {
      throw new GangLostException(
          "%d of %d groups of shards have had no task for %d s; %d executors are there%s"
              .formatted(
                  attendance.absent(),
                  groups.size(),
                  ABSENCE_NANOS / NANOS,
                  Slots.of(spark).byExecutor().size(),
                  lastLoss()),
          groups.size() - attendance.absent());
    }
  }

  private String lastLoss() {
    return attendance.lastLoss().map(reason -> "; the last was lost by " + reason).orElse("");
  }

  /** A process that says nothing is as good as dead: Spark gives its groups to another. */
  private void endSilence() throws GangLostException {
    if (here.isPresent()) {
      return;
    }
    Optional<String> silent =
        attendance.silent(SILENCE_NANOS, this::isWaitedFor, System.nanoTime());
    if (silent.isPresent()) {
      LOG.warn(
          "executor {} has said nothing for {} s while its sums are waited for: it is replaced",
          silent.get(),
          SILENCE_NANOS / NANOS);
      replace(silent.get());
    }
  }

  private void replace(String executor) throws GangLostException {
    try {
      spark.killAndReplaceExecutor(executor);
    } catch (Exception e) { // Scala throws checked ones without declaring them
      throw new GangLostException(
          "executor %s says nothing, and Spark could not replace it: %s".formatted(executor, e), e);
    }
  }

  /** Whether the open round lacks sums of a group. */
  private boolean isWaitedFor(int group) {
    SumTree.Range range = groups.get(group);
    return !table.hasAnswered(range.from()) || !table.hasAnswered(range.to() - 1);
  }

  /** Lets the tasks go. */
  @Override
  public void close() {
    table.end();
    here.ifPresent(LocalGang::close);
    try {
      job.close();
    } finally {
      endpoint.ifPresent(rpc::stop);
    }
  }
}
