package dev.lockstep.process;

import dev.lockstep.bench.AdamFit;
import dev.lockstep.bench.OurFit;
import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.SparkExit;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A standalone cluster of two workers, a driver in this JVM, and sharded rows on it: what tests of
 * disturbed gangs stand on. Closing it ends all three.
 */
final class GangGround implements AutoCloseable {
  /** Worker processes, an executor each. */
  static final int WORKERS = 2;

  private static final int ROWS = 20_000;
  private static final int FEATURES = 10;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final StandaloneCluster cluster;
  private final Map<String, String> settings;
  private final LockstepSession session;
  private final ShardedData data;

  private GangGround(
      StandaloneCluster cluster,
      Map<String, String> settings,
      LockstepSession session,
      ShardedData data) {
    this.cluster = cluster;
    this.settings = settings;
    this.session = session;
    this.data = data;
  }

  /**
   * Starts all.
   *
   * @param folder of the cluster
   * @param cores of each worker
   * @param shards that the rows are dealt to
   * @param more settings of Spark
   */
  static GangGround start(Path folder, int cores, int shards, Map<String, String> more) {
    StandaloneCluster cluster = StandaloneCluster.start(folder, WORKERS, cores, "1g");
    Map<String, String> settings = new HashMap<>(StandaloneCluster.driverHere());
    settings.put("spark.ui.enabled", "false");
    settings.putAll(more);
    SparkExit.stop();
    DriverProbe.reset();
    settings.forEach(System::setProperty);
    LockstepSession session = LockstepSession.start("gangs", Optional.of(cluster.master()));
    Synthetic rows = new Synthetic(Synthetic.Task.BINARY, ROWS, FEATURES, 1.0, 2, 0.5, 1, 0, false);
    return new GangGround(cluster, settings, session, OurFit.load(session, rows, shards));
  }

  StandaloneCluster cluster() {
    return cluster;
  }

  ShardedData data() {
    return data;
  }

  Cluster gang() {
    return data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS);
  }

  /** The parameters after so many steps of the {@code job} engine, which nobody disturbs. */
  float[] undisturbed(int steps) {
    return undisturbed(new AdamFit(steps));
  }

  /** The parameters after a training by the {@code job} engine, which nobody disturbs. */
  float[] undisturbed(AdamFit training) {
    try (Cluster job = data.cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      return training.train(job, step -> {});
    }
  }

  SparkContext spark() {
    return session.context().sc();
  }

  CoarseGrainedSchedulerBackend backend() {
    return (CoarseGrainedSchedulerBackend) spark().schedulerBackend();
  }

  /** The executors that Spark counts now, as it calls them. */
  List<String> executors() {
    return CollectionConverters.asJava(backend().getExecutorIds());
  }

  void awaitExecutors(int count) {
    Await.until(count + " executors", LIMIT, () -> executors().size() == count);
  }

  @Override
  public void close() {
    settings.keySet().forEach(System::clearProperty);
    data.close();
    session.close();
    cluster.close();
  }
}
