package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
import dev.lockstep.train.BatchSize;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Logistic regression in many small steps of Adam, for tests and benchmarks of engines that are
 * disturbed.
 *
 * @param steps how many, unless stopped before
 * @param exchange what gradients and parameters are rounded to on their way
 */
public record AdamFit(long steps, ExchangeFormat exchange) {
  private static final int BATCH = 256;

  /** Nothing is rounded. */
  public AdamFit(long steps) {
    this(steps, ExchangeFormat.FLOAT32);
  }

  /** The parameters after all steps; {@code afterStep} is told each of them, from 1. */
  public float[] train(Cluster cluster, LongConsumer afterStep) {
    return train(cluster, afterStep, () -> false);
  }

  /** The same until {@code stop} says so. */
  public float[] train(Cluster cluster, LongConsumer afterStep, BooleanSupplier stop) {
    TrainSettings settings =
        new TrainSettings(
            Optional.of(new BatchSize(BATCH)),
            Optional.empty(),
            Optional.of(steps),
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
    TrainingPlan plan =
        new TrainingPlan(
            Logistic.DEFAULTS,
            List.of(member),
            settings,
            CheckpointSettings.DEFAULTS,
            1,
            Optional.empty(),
            OptionalInt.empty(),
            exchange);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            afterStep.accept(report.step());
          }
        };
    return new Training(plan, cluster, listener, Checkpointer.NONE)
        .run(stop)
        .members()
        .get(0)
        .params();
  }
}
