package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.glm.Logistic;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Cosine;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A training that ends before its time. */
class CutTest {
  @Test
  void aCutEndsATrainingInTheMiddleOfItsSchedule() {
    TrainingData data = TrainingData.binary(100, 20, 0.5, -1, 2, 0.25);
    TrainSettings epochs = TrainingTest.settings(10, 6, Shuffle.BATCHES);
    TrainSettings steps =
        new TrainSettings(
            epochs.batchSize(),
            Optional.empty(),
            Optional.of(34L),
            epochs.shuffle(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    MemberSettings cosine =
        new MemberSettings(
            Adam.DEFAULTS,
            Cosine.DEFAULTS,
            Regularization.DEFAULTS,
            GradientTransforms.DEFAULTS,
            0);
    for (TrainSettings train : List.of(epochs, steps)) {
      TrainingPlan plan = TrainingTest.plan(Logistic.DEFAULTS, List.of(cosine), train);
      long all = train.steps().orElse(60L);
      for (int cut = 1; cut <= 6; cut++) {
        TrainingResult found = TrainingTest.train(cutAfter(cut, plan), data, 2);
        assertThat(found.position().step()).isEqualTo(Math.min(all, 10L * cut));
        assertThat(found.members().get(0).ending()).isEqualTo(Ending.FINISHED);
        assertThat(found.members().get(0).params()).isEqualTo(after(cut, plan, data));
      }
    }
  }

  private static TrainingPlan cutAfter(int epochs, TrainingPlan plan) {
    return new TrainingPlan(
        plan.model(),
        plan.members(),
        plan.train(),
        plan.checkpoint(),
        plan.seed(),
        plan.start(),
        OptionalInt.of(epochs),
        plan.exchange());
  }

  /** The parameters of a training that would go on. */
  private static float[] after(int epochs, TrainingPlan plan, TrainingData data) {
    float[][] last = new float[1][];
    Checkpointer keep =
        (position, state) ->
            last[0] =
                state.stream()
                    .filter(tensor -> tensor.name().equals("member.0.params"))
                    .findFirst()
                    .orElseThrow()
                    .floats()
                    .clone();
    try (LocalCluster cluster = TrainingTest.cluster(plan, data, 2)) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, keep);
      assertThat(training.advance(epochs, () -> false)).isFalse();
      training.save();
      return last[0];
    }
  }
}
