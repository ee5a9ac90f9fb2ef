package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Split;
import dev.lockstep.glm.Linear;
import dev.lockstep.glm.Poisson;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.Gd;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Sgd;
import dev.lockstep.train.metric.Precision;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoopTest {
  /** Training rows say a slope of 2, validation rows one of 1. */
  private static TrainingData disagreeing() {
    TrainingData data = new TrainingData();
    for (int i = 0; i < 20; i++) {
      float x = (i - 9.5f) / 5;
      data.row(Split.TRAIN, 1f, 2 * x, x);
      data.row(Split.VALIDATION, 1f, x, x);
    }
    return data;
  }

  private static TrainSettings watched(double minDelta, boolean restoreBest) {
    return new TrainSettings(
        Optional.empty(),
        Optional.of(50),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.of(new EarlyStoppingSettings("rmse", 3, minDelta, restoreBest)));
  }

  @Test
  void earlyStoppingEndsWithTheParametersOfItsBestEpoch() {
    TrainingData data = disagreeing();
    MemberResult stopped =
        TrainingTest.train(
                TrainingTest.plan(Linear.DEFAULTS, new Gd(0.1), watched(0, true)), data, 2)
            .members()
            .get(0);
    assertThat(stopped.ending()).isEqualTo(Ending.STOPPED_EARLY);
    assertThat(stopped.bestEpoch()).isGreaterThan(1);
    assertThat(stopped.epochs()).isEqualTo(stopped.bestEpoch() + 3);
    assertThat(stopped.params()).isEqualTo(after(data, stopped.bestEpoch()));
    MemberResult last =
        TrainingTest.train(
                TrainingTest.plan(Linear.DEFAULTS, new Gd(0.1), watched(0, false)), data, 2)
            .members()
            .get(0);
    assertThat(last.bestEpoch()).isEqualTo(stopped.bestEpoch());
    assertThat(last.params()).isEqualTo(after(data, last.epochs()));
  }

  private static float[] after(TrainingData data, int epochs) {
    TrainingPlan plan =
        TrainingTest.plan(Linear.DEFAULTS, new Gd(0.1), TrainingTest.epochs(epochs));
    return TrainingTest.train(plan, data, 2).members().get(0).params();
  }

  @Test
  void whatIsBetterByNoMoreThanMinDeltaDoesNotCount() {
    MemberResult result =
        TrainingTest.train(
                TrainingTest.plan(Linear.DEFAULTS, new Gd(0.1), watched(1e9, true)),
                disagreeing(),
                2)
            .members()
            .get(0);
    assertThat(result.bestEpoch()).isEqualTo(1);
    assertThat(result.epochs()).isEqualTo(4);
  }

  @Test
  void theLastEpochIsAlwaysEvaluated() {
    assertThat(evaluated(new Gd(0.1), Optional.of(10), 3)).containsExactly(3, 6, 9, 10);
    assertThat(evaluated(new Gd(0.1), Optional.of(2), 3)).containsExactly(2);
  }

  @Test
  void theIterationThatConvergesIsEvaluated() {
    assertThat(evaluated(Lbfgs.DEFAULTS, Optional.empty(), 1000)).hasSize(1);
  }

  /** Counts whose Poisson loss overflows at the first point that a line search tries. */
  private static TrainingData steep() {
    TrainingData data = new TrainingData();
    for (int i = 0; i < 30; i++) {
      float x = (i - 14.5f) * 3;
      data.row(Split.TRAIN, 1f, i % 7, x);
    }
    return data;
  }

  @Test
  void theLossOfASolversEpochIsThatOfThePointItAccepted() {
    TrainingPlan plan =
        new TrainingPlan(
            Poisson.DEFAULTS,
            List.of(TrainingTest.member(Lbfgs.DEFAULTS)),
            TrainingTest.epochs(20),
            new CheckpointSettings(Optional.of(1), Optional.empty(), 2),
            11,
            Optional.empty());
    List<EpochReport> epochs = new ArrayList<>();
    List<StepReport> steps = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    try (LocalCluster cluster = TrainingTest.cluster(plan, steep(), 2)) {
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              steps.add(report);
            }

            @Override
            public void onEpoch(EpochReport report) {
              epochs.add(report);
            }
          };
      Checkpointer reached =
          (position, state) -> {
            for (Tensor tensor : state) {
              if (tensor.name().endsWith("solver.best")) {
                losses.add(loss(cluster, tensor.doubles()));
              }
            }
          };
      new Training(plan, cluster, listener, reached).run(() -> false);
    }
    assertThat(steps.size()).as("rounds, some of them trials").isGreaterThan(epochs.size() + 1);
    assertThat(epochs).hasSameSizeAs(losses);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(epochs.get(i).meanLoss()).isCloseTo(losses.get(i), within(1e-9));
      assertThat(epochs.get(i).gradientNorm()).isFinite();
    }
    assertThat(steps).allMatch(step -> Double.isFinite(step.meanLoss()));
    assertThat(steps).allMatch(step -> step.done() <= step.of() && step.of() == 20);
  }

  /** The mean loss of all training rows at a point. */
  private static double loss(Cluster cluster, double[] point) {
    float[] params = new float[point.length];
    for (int i = 0; i < params.length; i++) {
      params[i] = (float) point[i];
    }
    return cluster
        .evaluate(new Parameters(1, params.length, params), Split.TRAIN, Precision.EXACT)
        .get(0)
        .metrics()
        .get("loss");
  }

  /** The epochs that have validation metrics. */
  private static List<Integer> evaluated(Optimizer optimizer, Optional<Integer> epochs, int every) {
    TrainSettings settings =
        new TrainSettings(
            Optional.empty(),
            epochs,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            every,
            Optional.empty());
    List<Integer> found = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            if (!report.validation().isEmpty()) {
              found.add(report.epoch());
            }
          }
        };
    TrainingPlan plan = TrainingTest.plan(Linear.DEFAULTS, optimizer, settings);
    try (LocalCluster cluster = TrainingTest.cluster(plan, disagreeing(), 2)) {
      new Training(plan, cluster, listener, Checkpointer.NONE).run(() -> false);
    }
    return found;
  }

  @Test
  void aBatchWithoutWeightCountsAsAStepAndChangesNothing() {
    TrainingData data = new TrainingData();
    TrainingData heavy = new TrainingData();
    for (int i = 0; i < 40; i++) {
      boolean weighs = i < 20;
      data.row(Split.TRAIN, weighs ? 1f : 0f, i, 1f);
      if (weighs) {
        heavy.row(Split.TRAIN, 1f, i, 1f);
      }
    }
    // Two batches an epoch, of which one weighs nothing; momentum would move on without a gradient.
    TrainSettings halves = TrainingTest.settings(20, 5, Shuffle.BATCHES);
    Sgd momentum = new Sgd(0.1, 0.9, 0, false);
    TrainingResult found =
        TrainingTest.train(TrainingTest.plan(Linear.DEFAULTS, momentum, halves), data, 4);
    TrainingResult wanted =
        TrainingTest.train(TrainingTest.plan(Linear.DEFAULTS, momentum, halves), heavy, 4);
    assertThat(found.position().step()).isEqualTo(10);
    assertThat(wanted.position().step()).isEqualTo(5);
    assertThat(found.members().get(0).params()).isEqualTo(wanted.members().get(0).params());
  }

  @Test
  void clippingBoundsTheStepAndReportsTheNormBefore() {
    TrainingData data = new TrainingData().row(Split.TRAIN, 1f, 100f, 0f);
    MemberSettings clipped =
        new MemberSettings(
            new Gd(0.5),
            Constant.DEFAULTS,
            Regularization.DEFAULTS,
            new GradientTransforms(Optional.of(2.0), Optional.empty(), 1),
            0);
    List<StepReport> steps = new ArrayList<>();
    TrainingPlan plan =
        TrainingTest.plan(Linear.DEFAULTS, List.of(clipped), TrainingTest.epochs(1));
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report);
          }
        };
    try (LocalCluster cluster = TrainingTest.cluster(plan, data, 1)) {
      TrainingResult result =
          new Training(plan, cluster, listener, Checkpointer.NONE).run(() -> false);
      assertThat(result.members().get(0).params()[1]).isCloseTo(1f, within(1e-5f));
    }
    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).gradientNorm()).isCloseTo(100, within(1e-9));
    assertThat(steps.get(0).meanLoss()).isCloseTo(5000, within(1e-9));
    assertThat(steps.get(0).rate()).isEqualTo(0.5);
  }

  @Test
  void checkpointsComeAtTheirMarksAndAtTheEnd() {
    TrainingData data = TrainingData.linear(40, 0, 0.1, 1, 2);
    TrainingPlan every =
        new TrainingPlan(
            Linear.DEFAULTS,
            List.of(TrainingTest.member(Adam.DEFAULTS)),
            TrainingTest.settings(10, 5, Shuffle.BATCHES),
            new CheckpointSettings(Optional.of(2), Optional.of(7L), 2),
            11,
            Optional.empty());
    List<Long> saved = new ArrayList<>();
    try (LocalCluster cluster = TrainingTest.cluster(every, data, 2)) {
      new Training(
              every,
              cluster,
              TrainingListener.NONE,
              (position, state) -> saved.add(position.step()))
          .run(() -> false);
    }
    assertThat(saved).containsExactly(7L, 8L, 14L, 16L, 20L);
  }

  @Test
  void aStartIsWhereEveryMemberStarts() {
    TrainingData data = TrainingData.linear(40, 0, 0.1, 1, 2);
    float[] trained = after(data, 7);
    TrainingPlan plan =
        new TrainingPlan(
            Linear.DEFAULTS,
            List.of(TrainingTest.member(new Gd(0.1))),
            TrainingTest.epochs(4),
            CheckpointSettings.DEFAULTS,
            11,
            Optional.of(new InitialValues(trained)));
    assertThat(TrainingTest.train(plan, data, 2).members().get(0).params())
        .isEqualTo(after(data, 11));
  }
}
