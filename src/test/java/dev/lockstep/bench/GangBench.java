package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.BatchSize;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.metric.MetricSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Steps of the {@code gang} engine against steps of the {@code job} engine, in turn in one run:
 * Adam on logistic regression of 1,000 parameters, batches of 256 rows; and against the arithmetic
 * of such a step, done by as many bare threads as the gang has tasks. Microseconds, medians.
 *
 * <p>Usage: {@code GangBench [--master M] [--rounds R] [--json FILE]}.
 */
public final class GangBench {
  private static final int ROWS = 20_000;
  private static final int FEATURES = 999;
  private static final int BATCH = 256;
  private static final int SHARDS = 4;
  private static final int JOB_STEPS = 150;
  private static final int LOCAL_STEPS = 8_000;
  private static final int REMOTE_STEPS = 2_000;
  private static final int MICRO = 1000;

  private GangBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws Exception {
    int rounds = Figures.number("--rounds", 5, args);
    String master = Figures.option("--master", args).orElse("local[2]");
    int steps = master.startsWith("local[") ? LOCAL_STEPS : REMOTE_STEPS;
    Figures figures = new Figures();
    Synthetic source =
        new Synthetic(Synthetic.Task.BINARY, ROWS, FEATURES, 1.0, 2, 0.5, 1, 0, false);
    try (LockstepSession session = LockstepSession.start("gang bench", Optional.of(master));
        ShardedData data = OurFit.load(session, source, SHARDS)) {
      List<Double> gangs = new ArrayList<>();
      List<Double> jobs = new ArrayList<>();
      try (Cluster gang = data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS);
          Cluster job = data.cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
        medianStep(gang, 3 * steps);
        medianStep(job, JOB_STEPS);
        for (int round = 0; round < rounds; round++) {
          gangs.add(medianStep(gang, steps));
          jobs.add(medianStep(job, JOB_STEPS));
        }
      }
      double gang = median(gangs);
      figures.print("gang_step_us_against_job_step", gang, median(jobs));
      figures.print("steps_per_second_gang_against_job", 1e6 / gang, 1e6 / median(jobs));
    }
    figures.write(args);
  }

  private static double median(List<Double> values) {
    return Figures.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The median time from report to report, in microseconds. */
  private static double medianStep(Cluster cluster, int steps) {
    double[] micros = new double[steps];
    TrainingListener clock =
        new TrainingListener() {
          private long last = System.nanoTime();
          private int step;

          @Override
          public void onStep(StepReport report) {
            long now = System.nanoTime();
            micros[step++] = (now - last) / (double) MICRO;
            last = now;
          }
        };
    new Training(plan(steps), cluster, clock, Checkpointer.NONE).run(() -> false);
    return Figures.median(micros);
  }

  private static TrainingPlan plan(int steps) {
    TrainSettings settings =
        new TrainSettings(
            Optional.of(new BatchSize(BATCH)),
            Optional.empty(),
            Optional.of((long) steps),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    MemberSettings member =
        new MemberSettings(
            Adam.DEFAULTS,
            Constant.DEFAULTS,
            Regularization.of(0, 1e-4),
            GradientTransforms.DEFAULTS,
            0);
    return new TrainingPlan(
        Logistic.DEFAULTS,
        List.of(member),
        settings,
        CheckpointSettings.DEFAULTS,
        1,
        Optional.empty());
  }
}
