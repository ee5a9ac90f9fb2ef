package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Split;
import dev.lockstep.optim.Adamw;
import dev.lockstep.optim.Gd;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Owlqn;
import dev.lockstep.optim.Sgd;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Trainings of parameters of which some are frozen and some are running statistics. */
class UntrainedSlicesTest {
  private static final int ROWS = 96;
  private static final RunningMeansModel MODEL = new RunningMeansModel(true);

  private static TrainingData data() {
    return TrainingData.linear(ROWS, 0, 0.1, 0.5, -1, 2);
  }

  private static float[] train(TrainingPlan plan, TrainingData data, int shards) {
    return TrainingTest.train(plan, data, shards).members().get(0).params();
  }

  /** The running means after full batches, in float64. */
  private static double[] means(TrainingData data, int steps) {
    double weight = 0;
    double[] sums = new double[2];
    for (int i = 0; i < data.features.size(); i++) {
      weight += data.weights.get(i);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += (double) data.weights.get(i) * data.features.get(i)[j];
      }
    }
    double left = Math.pow(1 - RunningMeansModel.MOMENTUM, steps);
    double all = weight;
    return Arrays.stream(sums).map(sum -> sum / all * (1 - left)).toArray();
  }

  @Test
  void buffersFollowTheWeightedMeanOfAllRowsAndFrozenSlicesStay() {
    TrainingData data = data();
    for (int i = 0; i < ROWS; i++) {
      data.weights.set(i, 0.25f + i % 3);
    }
    for (Optimizer rule : List.of(new Sgd(0.1, 0.9, 0, true), Adamw.DEFAULTS, Gd.DEFAULTS)) {
      for (int shards : new int[] {1, 3, 7}) {
        TrainSettings epochs = TrainingTest.settings(rule.fullBatch() ? 0 : ROWS, 5, Shuffle.ROWS);
        float[] found = train(TrainingTest.plan(MODEL, rule, epochs), data, shards);
        double[] means = means(data, 5);
        assertThat(found[0]).isEqualTo(RunningMeansModel.BIAS);
        assertThat(found[1]).isNotZero();
        for (int j = 0; j < means.length; j++) {
          // Each of 96 terms of a sum and of 5 steps rounds to 24 bits, of values up to 4.
          assertThat((double) found[3 + j]).isCloseTo(means[j], within(101 * 4 * 0x1.0p-24));
        }
      }
    }
  }

  /** The model starts the others at 0. */
  @Test
  void someValuesToStartFromLeaveTheOthersToTheModel() {
    InitialValues all = new InitialValues(new float[] {0.2f, 0, 0, 0, 0});
    InitialValues some =
        new InitialValues(new float[] {0.2f, 5, 5, 5, 5}, List.of(new Layout.Run(0, 1)));
    float[] expected = train(startingFrom(all), data(), 3);
    assertThat(expected[0]).isEqualTo(0.2f);
    assertThat(train(startingFrom(some), data(), 3)).isEqualTo(expected);
    InitialValues three = new InitialValues(new float[3]);
    assertThatThrownBy(() -> train(startingFrom(three), data(), 3))
        .hasMessage("3 values to start from, the model has 5");
  }

  private static TrainingPlan startingFrom(InitialValues start) {
    TrainingPlan plan = TrainingTest.plan(MODEL, Sgd.DEFAULTS, TrainingTest.epochs(2));
    return new TrainingPlan(
        plan.model(),
        plan.members(),
        plan.train(),
        plan.checkpoint(),
        plan.seed(),
        Optional.of(start));
  }

  @Test
  void aMemberWithoutWeightKeepsItsBuffers() {
    TrainingData data = data();
    data.weights.replaceAll(weight -> 0f);
    TrainSettings mini = TrainingTest.settings(20, 2, Shuffle.ROWS);
    TrainingPlan plan = TrainingTest.plan(MODEL, Sgd.DEFAULTS, mini);
    try (LocalCluster cluster = TrainingTest.cluster(plan, data, 3)) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
      TrainingResult result = training.run(() -> true);
      assertThat(result.stopped()).isTrue();
      assertThat(result.members().get(0).params())
          .containsExactly(RunningMeansModel.BIAS, 0, 0, 0, 0);
    }
  }

  @Test
  void buffersHaveTheSameBitsInACohort() {
    TrainingData data = data();
    TrainSettings mini = TrainingTest.settings(20, 3, Shuffle.ROWS);
    MemberSettings sgd = TrainingTest.member(new Sgd(0.1, 0, 0, false));
    TrainingPlan alone = TrainingTest.plan(MODEL, List.of(sgd), mini);
    List<MemberSettings> both = List.of(TrainingTest.member(Adamw.DEFAULTS), sgd);
    TrainingResult together = TrainingTest.train(TrainingTest.plan(MODEL, both, mini), data, 3);
    assertThat(together.members().get(1).params()).isEqualTo(train(alone, data, 3));
  }

  @Test
  void buffersTravelRoundedAndStayNearTheirMeans() {
    TrainingData data = data();
    TrainingPlan plain =
        TrainingTest.plan(MODEL, Sgd.DEFAULTS, TrainingTest.settings(ROWS, 50, Shuffle.ROWS));
    TrainingPlan rounded =
        new TrainingPlan(
            plain.model(),
            plain.members(),
            plain.train(),
            plain.checkpoint(),
            plain.seed(),
            Optional.empty(),
            OptionalInt.empty(),
            ExchangeFormat.BF16);
    float[] found = train(rounded, data, 7);
    float[] exact = train(plain, data, 7);
    assertThat(found[0]).isEqualTo(RunningMeansModel.BIAS);
    for (int j = 3; j < 5; j++) {
      assertThat(found[j]).isNotEqualTo(exact[j]).isCloseTo(exact[j], within(0.01f));
    }
  }

  @Test
  void solversRefuseBuffers() {
    TrainingPlan plan = TrainingTest.plan(MODEL, Lbfgs.DEFAULTS, TrainingTest.epochs(3));
    assertThatThrownBy(() -> train(plan, data(), 3))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("buffers such as means may change it from round to round");
  }

  @Test
  void solversLeaveFrozenSlicesAndFindTheBestOfTheRest() {
    TrainingData data = new TrainingData();
    TrainingData line = data();
    double products = 0;
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      float x = line.features.get(i)[0];
      float y = line.labels.get(i);
      data.row(Split.TRAIN, 1, y, x);
      products += x * ((double) y - RunningMeansModel.BIAS);
      squares += (double) x * x;
    }
    for (Optimizer solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
      RunningMeansModel model = new RunningMeansModel(false);
      float[] found = train(TrainingTest.plan(model, solver, TrainingTest.epochs(50)), data, 3);
      assertThat(found[0]).isEqualTo(RunningMeansModel.BIAS);
      assertThat((double) found[1]).isCloseTo(products / squares, within(1e-4));
    }
  }
}
