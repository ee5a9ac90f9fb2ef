package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
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
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Steps of Adam, on logistic regression unless told otherwise, timed from report to report.
 *
 * @param medianMicros of a step
 * @param params in the end
 */
record TimedSteps(double medianMicros, float[] params) {
  static final double L2 = 1e-4;
  private static final int MICRO = 1000;

  /** Trains one member from the start. */
  static TimedSteps of(Cluster cluster, int batchSize, int steps) {
    return of(cluster, batchSize, steps, 1);
  }

  /** Trains several members together, which differ in their rates; the parameters of the first. */
  static TimedSteps of(Cluster cluster, int batchSize, int steps, int members) {
    return of(Logistic.DEFAULTS, cluster, batchSize, steps, members);
  }

  /** The same of any model. */
  static TimedSteps of(Model model, Cluster cluster, int batchSize, int steps, int members) {
    double[] micros = new double[steps];
    TrainingListener clock =
        new TrainingListener() {
          private long last = System.nanoTime();
          private int step;

          @Override
          public void onStep(StepReport report) {
            if (report.step() > step) { // the first member's
              long now = System.nanoTime();
              micros[step++] = (now - last) / (double) MICRO;
              last = now;
            }
          }
        };
    Training training =
        new Training(plan(model, batchSize, steps, members), cluster, clock, Checkpointer.NONE);
    float[] params = training.run(() -> false).members().get(0).params();
    return new TimedSteps(Figures.median(micros), params);
  }

  private static TrainingPlan plan(Model model, int batchSize, int steps, int members) {
    TrainSettings settings =
        new TrainSettings(
            Optional.of(new BatchSize(batchSize)),
            Optional.empty(),
            Optional.of((long) steps),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    return new TrainingPlan(
        model,
        IntStream.range(0, members).mapToObj(TimedSteps::member).toList(),
        settings,
        CheckpointSettings.DEFAULTS,
        1,
        Optional.empty());
  }

  private static MemberSettings member(int number) {
    return new MemberSettings(
        new Adam(1e-3 / (1 + number), 0.9, 0.999, 1e-8),
        Constant.DEFAULTS,
        Regularization.of(0, L2),
        GradientTransforms.DEFAULTS,
        number);
  }
}
