package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.math.RandomKey;
import dev.lockstep.process.StandaloneCluster;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * How long the next step takes after an executor of a gang was killed with SIGKILL: a standalone
 * cluster of two workers on this machine, one executor of them killed again and again. Seconds; the
 * peer is the demand. Executors that kept running but whose tasks ended meanwhile are counted as
 * disturbed.
 *
 * <p>Usage: {@code KillBench [--kills N] [--seed S] [--timeline yes] [--json FILE]}.
 */
public final class KillBench {
  private static final int WORKERS = 2;
  private static final double DEMAND_SECONDS = 5;
  private static final long REST_NANOS = 3_000_000_000L;
  private static final double NANOS = 1e9;

  private KillBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException {
    int kills = Figures.number("--kills", 20, args);
    int seed = Figures.number("--seed", 1, args);
    boolean timeline = Figures.option("--timeline", args).isPresent();
    Figures figures = new Figures();
    Path folder = Files.createTempDirectory("kill-bench");
    Map<String, String> env = Map.of("SPARK_CONF_DIR", Path.of("conf").toAbsolutePath().toString());
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, WORKERS, 1, "1g", env)) {
      Map<String, String> settings = new HashMap<>(StandaloneCluster.driverHere());
      settings.remove("spark.extraListeners");
      settings.forEach(System::setProperty);
      Synthetic rows = new Synthetic(Synthetic.Task.BINARY, 20_000, 10, 1.0, 2, 0.5, 1, 0, false);
      try (LockstepSession session =
              LockstepSession.start("kill bench", Optional.of(cluster.master()));
          ShardedData data = OurFit.load(session, rows, 8);
          Cluster gang = data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
        Killer killer = new Killer(cluster, session.context().sc(), kills, seed, timeline);
        new AdamFit(Integer.MAX_VALUE).train(gang, killer, killer::isDone);
        killer.print(figures);
      }
    }
    figures.write(args);
  }

  /** Kills after each rest, and takes the time of the step that follows. */
  private static final class Killer extends SparkListener implements LongConsumer {
    private final StandaloneCluster cluster;
    private final int kills;
    private final RandomKey random;
    private final boolean timeline;
    private final List<Double> seconds = new ArrayList<>();
    private volatile long killed;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private int disturbed;
    private int done;
    private long restSince = System.nanoTime();

    Killer(StandaloneCluster cluster, SparkContext spark, int kills, int seed, boolean timeline) {
      this.cluster = cluster;
      this.kills = kills;
      this.random = RandomKey.of(seed);
      this.timeline = timeline;
      spark.addSparkListener(this);
    }

    boolean isDone() {
      return seconds.size() >= kills;
    }

    @Override
    public void accept(long step) {
      if (killed != 0) {
        seconds.add((System.nanoTime() - killed) / NANOS);
        System.out.printf(Locale.ROOT, "answered after %.2f s%n", seconds.get(seconds.size() - 1));
        killed = 0;
        disturbed += (int) ended.stream().filter(each -> !lost.contains(each)).count();
        restSince = System.nanoTime();
      } else if (System.nanoTime() - restSince > REST_NANOS && bothThere()) {
        ended.clear();
        killed = System.nanoTime();
        cluster.killExecutors(1 + (int) (random.uniform(done++) * WORKERS));
      }
    }

    private boolean bothThere() {
      for (int worker = 1; worker <= WORKERS; worker++) {
        if (cluster.executors(worker).isEmpty()) {
          return false;
        }
      }
      return true;
    }

    void print(Figures figures) {
      double[] all = seconds.stream().mapToDouble(Double::doubleValue).toArray();
      double most = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      long within = seconds.stream().filter(each -> each < DEMAND_SECONDS).count();
      figures.print("seconds_to_the_next_step_median", Figures.median(all), DEMAND_SECONDS);
      figures.print("seconds_to_the_next_step_most", most, DEMAND_SECONDS);
      figures.print("kills_answered_within_the_demand", within, kills);
      System.out.printf("%d times a task of the other executor ended meanwhile%n", disturbed);
    }

    private void tell(String what) {
      if (timeline && killed != 0) {
        double at = (System.nanoTime() - killed) / NANOS;
        System.out.printf(Locale.ROOT, "  %5.2f s %s%n", at, what);
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      lost.add(removed.executorId());
      tell("executor " + removed.executorId() + " removed");
    }

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded added) {
      tell("executor " + added.executorId() + " added");
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      tell(
          "task %d of stage %d.%d starts on executor %s (%s)"
              .formatted(
                  start.taskInfo().index(),
                  start.stageId(),
                  start.stageAttemptId(),
                  start.taskInfo().executorId(),
                  start.taskInfo().taskLocality()));
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      String executor = end.taskInfo().executorId();
      tell(
          "task %d of stage %d.%d ends on executor %s: %s"
              .formatted(
                  end.taskInfo().index(),
                  end.stageId(),
                  end.stageAttemptId(),
                  executor,
                  end.reason().getClass().getSimpleName()));
      if (end.taskInfo().launchTime() < killedAtMillis()) {
        ended.add(executor);
      }
    }

    private long killedAtMillis() {
      return killed == 0
          ? 0
          : System.currentTimeMillis() - (System.nanoTime() - killed) / 1_000_000;
    }
  }
}
