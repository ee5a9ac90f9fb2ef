package dev.lockstep.spark.gang;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.engine.EvaluationWork;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.spark.engine.JobCluster;
import dev.lockstep.spark.engine.RoundWork;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.spark.shard.Slots;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code gang} engine: one Spark job of long-lived tasks answers round after round. A gang that
 * has lost tasks which Spark cannot start again is replaced by another over the slots that there
 * are; nothing is lost, since all state is on the driver. Exact evaluations, which may be large,
 * are Spark jobs of their own.
 */
public final class GangCluster implements Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(GangCluster.class);
  private static final long PAUSE_NANOS = 1_000_000_000L;
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final JavaSparkContext spark;
  private final ShardSet shards;
  private final JobCluster jobs;
  private final String name = "lockstep-gang-" + UUID.randomUUID();
  private final GangWatch watch;
  private final GangProgress progress;
  private final Recruits recruits;
  private final Turnout turnout = new Turnout();
  private final int mostStarts;
  private final boolean local;
  private Optional<Gang> gang = Optional.empty();
  private StopGrace grace = StopGrace.ENDLESS;
  private long rounds;
  private int gangs;
  private boolean proven;
  private long lookedNanos = System.nanoTime();

  /** An engine over shards that are built already; the caller closes both. */
  public GangCluster(
      JavaSparkContext spark, ShardSet shards, Model model, Schema schema, MetricSettings metrics) {
    this(spark, shards, model, schema, metrics, spark.sc().isLocal());
  }

  /** The same; {@code local} tells whether tasks reach the driver within its JVM. */
  GangCluster(
      JavaSparkContext spark,
      ShardSet shards,
      Model model,
      Schema schema,
      MetricSettings metrics,
      boolean local) {
    this.local = local;
    this.spark = spark;
    this.shards = shards;
    this.jobs = new JobCluster(spark, shards, model, schema, metrics);
    this.watch = GangWatch.on(spark.sc(), name);
    this.progress = GangProgress.on(spark.sc(), name);
    this.recruits = new Recruits(spark, "lockstep-recruits-" + UUID.randomUUID());
    this.mostStarts = Math.max(2, spark.getConf().getInt("spark.task.maxFailures", 4));
  }

  @Override
  public Schema schema() {
    return jobs.schema();
  }

  @Override
  public int shards() {
    return shards.count();
  }

  @Override
  public long rows(Split split) {
    return shards.rows(split);
  }

  @Override
  public GradientSum gradient(Parameters params, Step step) {
    GradientSum sum = round(new GradientWork(step), params, grace);
    progress.done(step, sum);
    return sum;
  }

  @Override
  public void giveUpAfter(BooleanSupplier stop) {
    grace = new StopGrace(stop);
  }

  @Override
  public List<Evaluation> evaluate(Parameters params, Split split, Precision precision) {
    if (precision == Precision.EXACT) {
      release();
      return jobs.evaluate(params, split, precision);
    }
    return round(new EvaluationWork(split, precision), params, StopGrace.ENDLESS);
  }

  @Override
  public List<Evaluation> evaluateByClassWeights(Parameters params) {
    release();
    return jobs.evaluateByClassWeights(params);
  }

  @Override
  public FoldMoments moments(int repeats, int folds, List<ScaledRange> scaled) {
    release();
    return jobs.moments(repeats, folds, scaled);
  }

  private <T> T round(RoundWork<T> work, Parameters params, StopGrace until) {
    try {
      makeRoom();
      return round(rounds++, work, params, until);
    } catch (RuntimeException e) {
      throw ClusterFailures.ofApplication(spark.sc(), e);
    }
  }

  private <T> T round(long number, RoundWork<T> work, Parameters params, StopGrace until) {
    for (int starts = 1; ; starts++) {
      try {
        T sum = gang().round(number, work, params, until);
        proven = true;
        return sum;
      } catch (GangLostException e) {
        turnout.fellShort(e.came(), System.nanoTime());
        release();
        if (starts >= mostStarts || until.isAsked()) {
          throw ClusterFailures.givenUp(
              "%d gangs in a row could not complete a round (%s)".formatted(starts, e.getMessage()),
              e);
        }
        LOG.warn("the gang starts again: {}", e.getMessage());
        // An executor that is dying takes tasks for a moment, and refuses them.
        LockSupport.parkNanos(starts * PAUSE_NANOS);
        if (spark.sc().isStopped()) {
          throw ClusterFailures.ended(e);
        }
      } catch (RuntimeException e) {
        if (!until.isAsked()) { // else the state is saved first: tasks that go on take their time
          release();
        }
        throw e;
      }
    }
  }

  private Gang gang() {
    if (gang.isEmpty()) {
      String next = name + "-" + gangs++;
      long step = progress.steps();
      int most = turnout.start(Slots.of(spark.sc()), System.nanoTime());
      gang =
          Optional.of(
              new Gang(
                  spark.sc(),
                  next,
                  step,
                  jobs.context(),
                  shards.grouped(most),
                  watch,
                  proven,
                  local));
    }
    return gang.get();
  }

  /**
   * Between rounds: starts again without executors that are being decommissioned, which wait for
   * their tasks to end, and where executors came that a gang of more tasks would use. As long as
   * there are no other slots the present ones serve.
   */
  private void makeRoom() {
    if (gang.isEmpty() || !looksAround()) {
      return;
    }
    Optional<String> leaving = gang.get().leaving();
    int groups = gang.get().groups();
    Slots counted = Slots.of(spark.sc());
    int slots = Math.min(shards.count(), turnout.most(counted, System.nanoTime()));
    boolean others = !counted.byExecutor().isEmpty();
    if (leaving.isPresent() && others) {
      LOG.info("the gang starts again: executor {} is being decommissioned", leaving.get());
      release();
    } else if (slots > groups && others) {
      LOG.info("the gang starts again: {} slots for {} tasks", slots, groups);
      release();
    } else {
      recruits.call(shards.count() - groups);
    }
  }

  private boolean looksAround() {
    long now = System.nanoTime();
    if (now - lookedNanos < LOOK_NANOS) {
      return false;
    }
    lookedNanos = now;
    return true;
  }

  @Override
  public void release() {
    Optional<Gang> ended = gang;
    gang = Optional.empty();
    end(recruits);
    ended.ifPresent(GangCluster::end);
  }

  @Override
  public void close() {
    release();
    end(watch);
    end(progress);
    end(jobs);
  }

  /** What fails here, as where an executor does not answer, takes no result back. */
  private static void end(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) { // Scala throws checked ones without declaring them
      LOG.warn("a part of the gang did not end cleanly: {}", e.toString());
    }
  }
}
