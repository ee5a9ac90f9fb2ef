package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Logistic;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Regularization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Members that cannot be trained or judged on the rows of their folds, beside others that can. */
class FailedMemberTest {
  private static final int ROWS = 300;
  private static final double[] TRUTH = {0.5, -1, 2, 0.25};

  @Test
  void aFoldOfOneClassFailsWithoutTheOthers() {
    TrainingData rows = TrainingData.binary(ROWS, 0, TRUTH);
    TrainingData data = new TrainingData();
    for (int i = 0; i < ROWS; i++) {
      float label = TrainingData.fold(i, 0) == 1 ? 1 : rows.labels.get(i);
      data.row(Split.TRAIN, 1f, label, rows.features.get(i));
    }
    EarlyStoppingSettings auc = new EarlyStoppingSettings("auc", 3, 0, true);
    onlyTheSecondFails(
        data, Adam.DEFAULTS, Optional.of(auc), ConfigException.class, "rows of one class only");
  }

  @Test
  void aFoldBesideWhichNoRowHasWeightFailsWithoutTheOthers() {
    TrainingData rows = TrainingData.binary(ROWS, 0, TRUTH);
    TrainingData data = new TrainingData();
    for (int i = 0; i < ROWS; i++) {
      float weight = TrainingData.fold(i, 0) == 1 ? 1 : 0;
      data.row(Split.TRAIN, weight, rows.labels.get(i), rows.features.get(i));
    }
    onlyTheSecondFails(
        data,
        Lbfgs.DEFAULTS,
        Optional.empty(),
        DataException.class,
        "weights of all training rows");
    onlyTheSecondFails(
        data,
        Adam.DEFAULTS,
        Optional.empty(),
        DataException.class,
        "no step of the first epoch had a row to train on");
  }

  @Test
  void aFoldWhoseRowsWeighNothingCannotStopItsMemberEarly() {
    TrainingData rows = TrainingData.binary(ROWS, 0, TRUTH);
    TrainingData data = new TrainingData();
    for (int i = 0; i < ROWS; i++) {
      float weight = TrainingData.fold(i, 0) == 1 ? 0 : 1;
      data.row(Split.TRAIN, weight, rows.labels.get(i), rows.features.get(i));
    }
    EarlyStoppingSettings byLoss = new EarlyStoppingSettings("loss", 3, 0, true);
    onlyTheSecondFails(
        data,
        Adam.DEFAULTS,
        Optional.of(byLoss),
        DataException.class,
        "the rows of the fold that is held out all weigh nothing, so train.early_stopping has no");
  }

  private static void onlyTheSecondFails(
      TrainingData data,
      Optimizer optimizer,
      Optional<EarlyStoppingSettings> stopping,
      Class<? extends RuntimeException> kind,
      String sentence) {
    List<MemberSettings> members = new ArrayList<>();
    for (int fold = 0; fold < TrainingData.FOLDS; fold++) {
      members.add(member(optimizer, fold));
    }
    TrainSettings train = train(stopping);
    List<String> failures = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onFailed(int member, RuntimeException reason) {
            assertThat(reason).isInstanceOf(kind).hasMessageContaining(sentence);
            failures.add("member " + member);
          }
        };
    TrainingResult together = run(data, members, train, listener);
    assertThat(failures).containsExactly("member 1");
    for (int fold = 0; fold < TrainingData.FOLDS; fold++) {
      List<MemberSettings> one = List.of(members.get(fold));
      if (fold == 1) {
        assertThat(together.members().get(fold).ending()).isEqualTo(Ending.FAILED);
        assertThatThrownBy(() -> run(data, one, train, TrainingListener.NONE))
            .isInstanceOf(kind)
            .hasMessageContaining(sentence);
      } else {
        assertThat(together.members().get(fold).params())
            .isEqualTo(run(data, one, train, TrainingListener.NONE).members().get(0).params());
      }
    }
  }

  private static MemberSettings member(Optimizer optimizer, int fold) {
    return new MemberSettings(
        optimizer,
        Constant.DEFAULTS,
        Regularization.of(0, 1e-3),
        GradientTransforms.DEFAULTS,
        0,
        Optional.empty(),
        HeldOut.code(0, fold),
        Optional.empty());
  }

  private static TrainSettings train(Optional<EarlyStoppingSettings> stopping) {
    return new TrainSettings(
        Optional.empty(),
        Optional.of(4),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        stopping);
  }

  private static TrainingResult run(
      TrainingData data,
      List<MemberSettings> members,
      TrainSettings train,
      TrainingListener listener) {
    TrainingPlan plan = TrainingTest.plan(Logistic.DEFAULTS, members, train);
    try (LocalCluster cluster = TrainingTest.cluster(plan, data, 3)) {
      return new Training(plan, cluster, listener, Checkpointer.NONE).run(() -> false);
    }
  }
}
