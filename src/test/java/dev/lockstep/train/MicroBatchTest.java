package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.glm.Logistic;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Sgd;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps in several rounds, on engines whose rounds take the arrays of the one before. */
class MicroBatchTest {
  private static final TrainingData DATA = TrainingData.binary(300, 0, 0.5, -1, 2);

  /** Gives the same sum in every round, as engines may. */
  private static final class ReusingCluster extends ForwardingCluster {
    private GradientSum last;

    ReusingCluster(Cluster cluster) {
      super(cluster);
    }

    @Override
    public GradientSum gradient(Parameters params, Step step) {
      GradientSum found = super.gradient(params, step);
      if (last == null || !last.restart(found.members(), found.size(), found.wide())) {
        last = found;
        return found;
      }
      return last.add(found);
    }
  }

  private static float[] trained(int parts, boolean reusing) {
    MemberSettings whole = TrainingTest.member(new Sgd(0.1, 0, 0, false));
    MemberSettings member =
        new MemberSettings(
            whole.optimizer(),
            whole.schedule(),
            whole.regularization(),
            new GradientTransforms(Optional.empty(), Optional.empty(), parts),
            0);
    TrainSettings settings = TrainingTest.settings(64, 3, Shuffle.BATCHES);
    TrainingPlan plan = TrainingTest.plan(Logistic.DEFAULTS, List.of(member), settings);
    try (Cluster plain = TrainingTest.cluster(plan, DATA, 2)) {
      Cluster cluster = reusing ? new ReusingCluster(plain) : plain;
      return new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE)
          .run(() -> false)
          .members()
          .get(0)
          .params();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void theSumOfARoundOutlivesTheNextOne(int parts) {
    assertThat(trained(parts, true)).isEqualTo(trained(parts, false));
  }

  @Test
  void aCopyOfASumSharesNoArray() {
    for (boolean wide : new boolean[] {false, true}) {
      GradientSum sum = new GradientSum(1, 2, wide);
      sum.gradients()[1] = 3;
      sum.closeBlock();
      sum.lossSums()[0] = 5;
      sum.weightSums()[0] = 7;
      GradientSum copy = sum.copy();
      sum.restart(1, 2, wide);
      assertThat(wide ? copy.totals()[1] : copy.gradients()[1]).isEqualTo(3);
      assertThat(copy.lossSums()).containsExactly(5);
      assertThat(copy.weightSums()).containsExactly(7);
    }
  }
}
