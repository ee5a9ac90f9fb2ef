package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Logistic;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.Cosine;
import dev.lockstep.optim.Gd;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Owlqn;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Schedule;
import dev.lockstep.optim.Sgd;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Members of one cohort: folds held out, features rescaled, own budgets, some given up. */
class CohortTest {
  private static final double[] TRUTH = {0.5, -1, 2, 0.25};
  private static final Model MODEL = Logistic.DEFAULTS;
  private static final int STOPPED_AFTER = 3;
  private final TrainingData data = TrainingData.binary(300, 100, TRUTH);

  @Test
  void aMemberHasTheSameBitsWhoeverSharesItsCohort() {
    List<MemberSettings> members = new ArrayList<>();
    for (int k = 0; k < 7; k++) {
      Schedule schedule = k % 2 == 0 ? Constant.DEFAULTS : Cosine.DEFAULTS;
      Optimizer optimizer = k < 3 ? Adam.DEFAULTS : new Sgd(0.05 * k, 0.9, 0, true);
      int heldOut = k == 0 ? HeldOut.NOTHING : HeldOut.code(k % 2, k % TrainingData.FOLDS);
      members.add(
          new MemberSettings(
              optimizer,
              schedule,
              Regularization.of(k % 3 * 1e-3, k * 1e-4),
              new GradientTransforms(
                  k % 2 == 0 ? Optional.of(0.1 * (k + 1)) : Optional.empty(), Optional.empty(), 1),
              k,
              Optional.of(k == 6 ? stoppedEarly() : epochs(32, 2 + k)),
              heldOut,
              rescaling(k)));
    }
    List<EpochReport> together = new ArrayList<>();
    TrainingResult cohort = train(members, epochs(32, 4), together);
    for (int k = 0; k < members.size(); k++) {
      List<EpochReport> alone = new ArrayList<>();
      TrainingResult result = train(List.of(members.get(k)), epochs(32, 4), alone);
      assertThat(result.members().get(0).params()).isEqualTo(cohort.members().get(k).params());
      assertThat(result.members().get(0).epochs()).isEqualTo(k == 6 ? STOPPED_AFTER : 2 + k);
      int number = k;
      assertThat(alone.stream().map(EpochReport::validation).toList())
          .isEqualTo(
              together.stream()
                  .filter(report -> report.member() == number)
                  .map(EpochReport::validation)
                  .toList());
    }
  }

  @Test
  void solversOfOneCohortKeepTheirBitsThoughTheyEndAtDifferentRounds() {
    List<MemberSettings> members = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      Regularization penalty = Regularization.of(k % 2 * 1e-3, Math.pow(10, -k));
      TrainSettings budget = epochs(0, 5 + 20 * k);
      members.add(
          new MemberSettings(
              Owlqn.DEFAULTS,
              Constant.DEFAULTS,
              penalty,
              GradientTransforms.DEFAULTS,
              0,
              Optional.of(budget),
              HeldOut.code(0, k % TrainingData.FOLDS),
              Optional.empty()));
    }
    TrainingResult cohort = train(members, epochs(0, 50), new ArrayList<>());
    for (int k = 0; k < members.size(); k++) {
      TrainingResult alone = train(List.of(members.get(k)), epochs(0, 50), new ArrayList<>());
      assertThat(alone.members().get(0).params()).isEqualTo(cohort.members().get(k).params());
    }
  }

  @Test
  void aFoldHeldOutIsAFoldThatIsNotThere() {
    for (int fold = 0; fold < TrainingData.FOLDS; fold++) {
      int out = fold;
      trainsAndIsJudged(
          HeldOut.code(1, fold),
          row -> TrainingData.fold(row, 1) != out,
          row -> TrainingData.fold(row, 1) == out);
    }
  }

  @Test
  void aMemberThatFollowsAnOrderSeesNothingOfWhatComesAfter() {
    for (int bound = 1; bound < TrainingData.FOLDS; bound++) {
      int before = bound;
      trainsAndIsJudged(
          HeldOut.after(bound, bound, bound),
          row -> TrainingData.fold(row, 0) < before,
          row -> TrainingData.fold(row, 0) == before);
    }
  }

  /** A member that holds rows out: as if there were only some, and others to be judged on. */
  private void trainsAndIsJudged(int code, IntPredicate trained, IntPredicate judged) {
    TrainSettings settings = epochs(0, 30);
    MemberSettings held = member(gd(), Constant.DEFAULTS, settings, code, Optional.empty());
    List<EpochReport> reports = new ArrayList<>();
    float[] found = train(List.of(held), settings, reports).members().get(0).params();
    MemberSettings all =
        member(gd(), Constant.DEFAULTS, settings, HeldOut.NOTHING, Optional.empty());
    TrainingPlan plan = TrainingTest.plan(MODEL, List.of(all), settings);
    float[] wanted = TrainingTest.train(plan, data.where(trained), 3).members().get(0).params();
    // 30 steps of rate 0.5; the rows are the same, the order of float64 sums is not.
    assertThat(found).containsExactly(wanted, within(1e-5f));
    double loss =
        TrainingTest.cluster(plan, data.where(judged), 2)
            .evaluate(new Parameters(1, found.length, found), Split.TRAIN, Precision.BINNED)
            .get(0)
            .metrics()
            .get("log_loss");
    assertThat(reports.get(29).validation().get("log_loss")).isCloseTo(loss, within(1e-9));
  }

  @Test
  void aRescaledMemberTrainsAsOnFeaturesThatAreStandardizedAnew() {
    double[] shift = {0.3, -0.2, 0.1};
    double[] factor = {2, 0.5, 0};
    TrainingData scaled = new TrainingData();
    for (int i = 0; i < data.features.size(); i++) {
      float[] x = data.features.get(i).clone();
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) ((x[j] - shift[j]) * factor[j]);
      }
      scaled.row(data.splits.get(i), 1f, data.labels.get(i), x);
    }
    Optional<Rescaling> rescaling = rescaling(shift, factor);
    for (Optimizer optimizer : List.of(gd(), Adam.DEFAULTS, Lbfgs.DEFAULTS)) {
      TrainSettings settings = epochs(optimizer.fullBatch() ? 0 : 64, 12);
      MemberSettings member =
          member(optimizer, Constant.DEFAULTS, settings, HeldOut.NOTHING, rescaling);
      float[] found = train(List.of(member), settings, new ArrayList<>()).members().get(0).params();
      MemberSettings plain =
          member(optimizer, Constant.DEFAULTS, settings, HeldOut.NOTHING, Optional.empty());
      TrainingPlan plan = TrainingTest.plan(MODEL, List.of(plain), settings);
      float[] own = TrainingTest.train(plan, scaled, 3).members().get(0).params();
      float[] wanted = new float[own.length];
      rescaling.get().apply(own, wanted);
      // Features and parameters are rounded to float32 in other places than without rescaling.
      assertThat(found).as(optimizer.toString()).containsExactly(wanted, within(2e-4f));
    }
  }

  @Test
  void pausesAtMarksAndMembersGivenUpChangeNothingForTheOthers() {
    List<MemberSettings> members = new ArrayList<>();
    for (Optimizer optimizer : List.of(Lbfgs.DEFAULTS, Lbfgs.DEFAULTS, Lbfgs.DEFAULTS)) {
      int fold = HeldOut.code(0, members.size());
      members.add(member(optimizer, Constant.DEFAULTS, epochs(0, 12), fold, Optional.empty()));
    }
    TrainingResult whole = train(members, epochs(0, 12), new ArrayList<>());
    TrainingPlan plan = TrainingTest.plan(MODEL, members, epochs(0, 12));
    try (LocalCluster cluster = cluster()) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
      assertThat(training.advance(3, () -> false)).isFalse();
      assertThat(training.standings()).allMatch(one -> one.epochs() == 3 && one.inTraining());
      training.prune(1);
      training.advance(7, () -> false);
      TrainingResult last = training.run(() -> false);
      assertThat(last.members().get(1).epochs()).isEqualTo(3);
      assertThat(last.members().get(1).ending()).isEqualTo(Ending.PRUNED);
      assertThat(last.members().get(0).params()).isEqualTo(whole.members().get(0).params());
      assertThat(last.members().get(2).params()).isEqualTo(whole.members().get(2).params());
    }
  }

  @Test
  void stepsOfASolverAreItsOwnHoweverLongItWaits() {
    List<MemberSettings> members = new ArrayList<>();
    for (double tolerance : new double[] {0.1, 1e-3, 1e-6}) {
      TrainSettings nine =
          new TrainSettings(
              Optional.empty(),
              Optional.empty(),
              Optional.of(9L),
              Optional.empty(),
              Optional.empty(),
              Optional.of(tolerance),
              1,
              Optional.empty());
      int fold = HeldOut.code(0, members.size());
      members.add(member(Owlqn.DEFAULTS, Constant.DEFAULTS, nine, fold, Optional.empty()));
    }
    TrainingPlan plan = TrainingTest.plan(MODEL, members, epochs(0, 12));
    try (LocalCluster cluster = cluster()) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
      for (int mark = 1; mark < 9; mark++) {
        training.advance(mark, () -> false);
      }
      TrainingResult together = training.run(() -> false);
      for (int k = 0; k < members.size(); k++) {
        TrainingResult alone = train(List.of(members.get(k)), epochs(0, 12), new ArrayList<>());
        assertThat(together.members().get(k).params()).isEqualTo(alone.members().get(0).params());
      }
    }
  }

  private static Gd gd() {
    return new Gd(0.5);
  }

  private Optional<Rescaling> rescaling(int k) {
    return k % 3 == 0
        ? Optional.empty()
        : rescaling(new double[] {0.1 * k, 0, -0.2}, new double[] {1, 1.0 / k, 2});
  }

  private Optional<Rescaling> rescaling(double[] shift, double[] factor) {
    return Optional.of(new Rescaling(MODEL.inputUnits(data.schema(2)), shift, factor));
  }

  private static MemberSettings member(
      Optimizer optimizer,
      Schedule schedule,
      TrainSettings train,
      int heldOut,
      Optional<Rescaling> rescaling) {
    return new MemberSettings(
        optimizer,
        schedule,
        Regularization.of(0, 1e-3),
        GradientTransforms.DEFAULTS,
        0,
        Optional.of(train),
        heldOut,
        rescaling);
  }

  /** Nothing is better than the first evaluation by so much; its parameters are kept. */
  private static TrainSettings stoppedEarly() {
    return new TrainSettings(
        Optional.of(new BatchSize(32)),
        Optional.of(9),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.of(new EarlyStoppingSettings("loss", STOPPED_AFTER - 1, 100, true)));
  }

  /** A batch size of 0 for all rows, which no shuffle moves. */
  private static TrainSettings epochs(long batchSize, int epochs) {
    return new TrainSettings(
        batchSize == 0 ? Optional.empty() : Optional.of(new BatchSize(batchSize)),
        Optional.of(epochs),
        Optional.empty(),
        batchSize == 0 ? Optional.of(Shuffle.ROWS) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  private LocalCluster cluster() {
    return new LocalCluster(MODEL, data.schema(2), data.shards(3, 64), MetricSettings.DEFAULTS);
  }

  private TrainingResult train(
      List<MemberSettings> members, TrainSettings train, List<EpochReport> reports) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            reports.add(report);
          }
        };
    TrainingPlan plan = TrainingTest.plan(MODEL, members, train);
    try (LocalCluster cluster = cluster()) {
      return new Training(plan, cluster, listener, Checkpointer.NONE).run(() -> false);
    }
  }
}
