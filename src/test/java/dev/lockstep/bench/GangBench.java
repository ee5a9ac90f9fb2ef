package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.util.Optional;

/**
 * Steps of the {@code gang} engine against steps of the {@code job} engine, in turn in one run:
 * Adam on logistic regression of 1,000 parameters, batches of 256 rows; and the {@link
 * StepArithmetic} of such a step, done by as many bare threads as the gang has tasks, against the
 * step: its share of it. Microseconds, medians.
 *
 * <p>Usage: {@code GangBench [--master M] [--rows N] [--rounds R] [--steps N] [--json FILE]}.
 */
public final class GangBench {
  private static final int FEATURES = 999;
  private static final int BATCH = 256;
  private static final int SHARDS = 4;
  private static final int JOB_STEPS = 150;
  private static final int LOCAL_STEPS = 8_000;
  private static final int REMOTE_STEPS = 2_000;

  private GangBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws Exception {
    int rounds = Figures.number("--rounds", 5, args);
    int rows = Figures.number("--rows", 20_000, args);
    String master = Figures.option("--master", args).orElse("local[2]");
    boolean local = master.startsWith("local[");
    int steps = Figures.number("--steps", local ? LOCAL_STEPS : REMOTE_STEPS, args);
    int jobSteps = Math.min(JOB_STEPS, steps);
    Figures figures = new Figures();
    Synthetic source =
        new Synthetic(Synthetic.Task.BINARY, rows, FEATURES, 1.0, 2, 0.5, 1, 0, false);
    try (LockstepSession session = LockstepSession.start("gang bench", Optional.of(master));
        ShardedData data = OurFit.load(session, source, SHARDS);
        Cluster gang = data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS);
        Cluster job = data.cluster(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      StepArithmetic arithmetic = new StepArithmetic(rows, FEATURES, BATCH, SHARDS);
      int tasks = Math.min(SHARDS, data.slots());
      TimedSteps.of(gang, BATCH, 3 * steps);
      TimedSteps.of(job, BATCH, jobSteps);
      arithmetic.micros(tasks, steps);
      double[] medians =
          Figures.inTurn(
              rounds,
              () -> TimedSteps.of(gang, BATCH, steps).medianMicros(),
              () -> TimedSteps.of(job, BATCH, jobSteps).medianMicros(),
              () -> arithmetic.micros(tasks, steps));
      figures.print("gang_step_us_against_job_step", medians[0], medians[1]);
      figures.print("steps_per_second_gang_against_job", 1e6 / medians[0], 1e6 / medians[1]);
      figures.print("arithmetic_us_of_gang_step", medians[2], medians[0]);
    }
    figures.write(args);
  }
}
