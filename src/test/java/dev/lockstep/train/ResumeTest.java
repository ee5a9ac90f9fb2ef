package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.glm.Logistic;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.Duration;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Owlqn;
import dev.lockstep.optim.Plateau;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Schedule;
import dev.lockstep.optim.Sgd;
import dev.lockstep.train.store.Tensor;
import dev.lockstep.train.store.Tensor.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ResumeTest {
  private static final TrainingData DATA = TrainingData.binary(120, 60, 0.5, -1, 2, 0.25);

  @Test
  void momentumGoesOnWithTheSameBitsAfterAnyStep() {
    check(List.of(member(new Sgd(0.3, 0.9, 0, true), Constant.DEFAULTS, 0.01)), mini());
  }

  @Test
  void adamGoesOnWithTheSameBitsAfterAnyStep() {
    Optimizer adam = new Adam(0.05, 0.9, 0.999, 1e-8);
    check(List.of(member(adam, Constant.DEFAULTS, 0.01)), mini());
  }

  @Test
  void aCohortGoesOnWithTheSameBitsAfterAnyStep() {
    List<MemberSettings> members = new ArrayList<>();
    for (double rate : new double[] {0.01, 0.3, 3}) {
      members.add(member(new Adam(rate, 0.9, 0.999, 1e-8), Constant.DEFAULTS, 0));
    }
    check(members, mini());
  }

  @Test
  void aRoundedExchangeGoesOnWithTheSameBitsAfterAnyStep() {
    List<MemberSettings> members = new ArrayList<>();
    for (double rate : new double[] {0.01, 0.3}) {
      members.add(member(new Adam(rate, 0.9, 0.999, 1e-8), Constant.DEFAULTS, 0.01));
    }
    check(rounded(TrainingTest.plan(Logistic.DEFAULTS, members, mini())));
  }

  @Test
  void buffersGoOnWithTheSameBitsAfterAnyStep() {
    List<MemberSettings> members =
        List.of(member(new Sgd(0.1, 0.9, 0, true), Constant.DEFAULTS, 0.01));
    check(TrainingTest.plan(new RunningMeansModel(true), members, mini("rmse")));
  }

  private static TrainingPlan rounded(TrainingPlan plan) {
    return new TrainingPlan(
        plan.model(),
        plan.members(),
        plan.train(),
        plan.checkpoint(),
        plan.seed(),
        plan.start(),
        OptionalInt.empty(),
        ExchangeFormat.BF16);
  }

  @Test
  void aPlateauIsFollowedWithTheSameBitsAfterAnyStep() {
    Schedule plateau = new Plateau(Duration.parse("2 steps"), 0, 0.5, 0, 0.01, 0, 0);
    check(List.of(member(new Sgd(1, 0.9, 0, false), plateau, 0.01)), mini());
  }

  @Test
  void lbfgsGoesOnWithTheSameBitsAfterAnyStep() {
    MemberSettings ridge =
        new MemberSettings(
            Lbfgs.DEFAULTS,
            Constant.DEFAULTS,
            Regularization.of(0, 0.01),
            GradientTransforms.DEFAULTS,
            0);
    check(List.of(ridge), iterations());
  }

  @Test
  void owlqnGoesOnWithTheSameBitsAfterAnyStep() {
    check(List.of(member(Owlqn.DEFAULTS, Constant.DEFAULTS, 0.01)), iterations());
  }

  @Test
  void aCohortOfSolversGoesOnWithTheSameBitsAfterAnyStep() {
    List<MemberSettings> members = new ArrayList<>();
    for (double l1 : new double[] {0, 0.01, 0.2}) {
      members.add(member(Owlqn.DEFAULTS, Constant.DEFAULTS, l1));
    }
    check(members, iterations());
  }

  /** Iterations of a solver, watched but hardly stopped. */
  private static TrainSettings iterations() {
    return new TrainSettings(
        Optional.empty(),
        Optional.of(30),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(1e-9),
        2,
        Optional.of(new EarlyStoppingSettings("log_loss", 5, 0, true)));
  }

  static MemberSettings member(Optimizer optimizer, Schedule schedule, double l1) {
    return new MemberSettings(
        optimizer, schedule, Regularization.of(l1, 0.01), GradientTransforms.DEFAULTS, 0);
  }

  /** Small batches of shuffled rows, stopped early. */
  private static TrainSettings mini() {
    return mini("auc");
  }

  private static TrainSettings mini(String metric) {
    return new TrainSettings(
        Optional.of(new BatchSize(40)),
        Optional.of(12),
        Optional.empty(),
        Optional.of(Shuffle.ROWS),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.of(new EarlyStoppingSettings(metric, 2, 0, true)));
  }

  /** Interrupts a training after every step, resumes it from what was saved, compares the end. */
  static void check(List<MemberSettings> members, TrainSettings settings) {
    check(TrainingTest.plan(Logistic.DEFAULTS, members, settings));
  }

  private static void check(TrainingPlan plan) {
    Run undisturbed = new Run(plan, Map.of(), Long.MAX_VALUE);
    long steps = undisturbed.result.position().step();
    assertThat(steps).isGreaterThan(3);
    for (long step = 1; step < steps; step++) {
      Run first = new Run(plan, Map.of(), step);
      assertThat(first.result.stopped()).isTrue();
      assertThat(first.result.position().step()).isEqualTo(step);
      Run second = new Run(plan, first.saved, Long.MAX_VALUE);
      assertSame(second.result, undisturbed.result);
      List<EpochReport> epochs = new ArrayList<>(first.epochs);
      epochs.addAll(second.epochs);
      assertThat(epochs).as("reports, interrupted after %d", step).isEqualTo(undisturbed.epochs);
    }
    Run finished = new Run(plan, undisturbed.saved, 1);
    assertSame(finished.result, undisturbed.result);
    assertThat(finished.epochs).isEmpty();
  }

  /** As where the machines end with the driver: the step is given up, all before it is kept. */
  @Test
  void aRoundThatFailsAfterAStopWasAskedForLeavesTheStateBeforeIt() {
    for (Optimizer optimizer : List.of(new Adam(0.05, 0.9, 0.999, 1e-8), Owlqn.DEFAULTS)) {
      boolean solver = optimizer instanceof Owlqn;
      TrainingPlan plan =
          TrainingTest.plan(
              Logistic.DEFAULTS,
              List.of(member(optimizer, Constant.DEFAULTS, 0.01)),
              solver ? iterations() : mini());
      Run undisturbed = new Run(plan, Map.of(), Long.MAX_VALUE);
      for (long step : new long[] {0, 1, 2, 5}) {
        Run first = new Run(plan, Map.of(), Long.MAX_VALUE, step);
        assertThat(first.result.stopped()).isTrue();
        assertThat(first.result.position().step()).isEqualTo(step);
        Run second = new Run(plan, first.saved, Long.MAX_VALUE);
        assertSame(second.result, undisturbed.result);
      }
    }
  }

  @Test
  void aRoundThatFailsUnaskedIsAFailure() {
    TrainingPlan plan =
        TrainingTest.plan(
            Logistic.DEFAULTS,
            List.of(member(new Sgd(0.3, 0.9, 0, true), Constant.DEFAULTS, 0.01)),
            mini());
    try (Cluster cluster = new EndingCluster(TrainingTest.cluster(plan, DATA, 3), 2)) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
      assertThatThrownBy(() -> training.run(() -> false)).hasMessage(EndingCluster.WHY);
    }
  }

  private static void assertSame(TrainingResult found, TrainingResult wanted) {
    assertThat(found.stopped()).isFalse();
    assertThat(found.position()).isEqualTo(wanted.position());
    for (int k = 0; k < wanted.members().size(); k++) {
      // The comparison below takes floats that are near for the same.
      assertThat(found.members().get(k).params()).isEqualTo(wanted.members().get(k).params());
      assertThat(found.members().get(k))
          .usingRecursiveComparison()
          .isEqualTo(wanted.members().get(k));
    }
  }

  private static final class Run {
    final List<EpochReport> epochs = new ArrayList<>();
    final TrainingResult result;
    Map<String, Tensor> saved = Map.of();

    Run(TrainingPlan plan, Map<String, Tensor> from, long stopAfter) {
      this(plan, from, stopAfter, Long.MAX_VALUE);
    }

    /** The machines end in the round of step {@code endAt}, when a stop was asked for. */
    Run(TrainingPlan plan, Map<String, Tensor> from, long stopAfter, long endAt) {
      long[] taken = {0};
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              taken[0] = report.step();
            }

            @Override
            public void onEpoch(EpochReport report) {
              epochs.add(report);
            }
          };
      try (EndingCluster cluster = new EndingCluster(TrainingTest.cluster(plan, DATA, 3), endAt)) {
        Training training =
            new Training(plan, cluster, listener, (position, state) -> saved = copy(state));
        if (!from.isEmpty()) {
          training.restore(from);
        }
        result = training.run(() -> taken[0] >= stopAfter || cluster.hasEnded());
      }
    }

    private static Map<String, Tensor> copy(Collection<Tensor> state) {
      Map<String, Tensor> copies = new HashMap<>();
      for (Tensor tensor : state) {
        Object values =
            switch (tensor.type()) {
              case F32 -> tensor.floats().clone();
              case F64 -> tensor.doubles().clone();
              case I64 -> tensor.longs().clone();
            };
        Type type = tensor.type();
        Tensor old =
            copies.put(tensor.name(), new Tensor(tensor.name(), type, tensor.shape(), values));
        assertThat(old).as("two tensors are called %s", tensor.name()).isNull();
      }
      return copies;
    }
  }
}
