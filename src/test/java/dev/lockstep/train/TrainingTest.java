package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Linear;
import dev.lockstep.glm.Logistic;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.Gd;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Plateau;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Schedule;
import dev.lockstep.optim.Sgd;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.store.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final double[] TRUTH = {0.5, -1, 2, 0.25};

  @Test
  void gradientDescentOnOneRowFollowsTheClosedForm() {
    TrainingData data = new TrainingData().row(Split.TRAIN, 1f, 3f, 0f);
    TrainingPlan plan = plan(Linear.DEFAULTS, new Gd(0.1), epochs(100));
    float[] params = train(plan, data, 1).members().get(0).params();
    assertThat(bias(params)).isCloseTo(3 * (1 - Math.pow(0.9, 100)), within(1e-5));
  }

  @Test
  void batchGradientDescentFindsTheLeastSquaresLine() {
    TrainingData data = TrainingData.linear(500, 0, 0.1, 1.5, -2);
    double[] line = leastSquares(data);
    float[] params =
        train(plan(Linear.DEFAULTS, new Gd(0.5), epochs(200)), data, 3).members().get(0).params();
    assertThat(bias(params)).isCloseTo(line[0], within(1e-5));
    assertThat((double) params[0]).isCloseTo(line[1], within(1e-5));
  }

  @Test
  void miniBatchesComeNearTheLeastSquaresLine() {
    TrainingData data = TrainingData.linear(512, 0, 0.1, 1.5, -2);
    double[] line = leastSquares(data);
    TrainSettings settings = settings(16, 30, Shuffle.ROWS);
    float[] params =
        train(plan(Linear.DEFAULTS, new Sgd(0.02, 0, 0, false), settings), data, 4)
            .members()
            .get(0)
            .params();
    // Stationary variance of a coordinate of SGD: about rate / 2 * noise^2 / batch = 6e-6.
    assertThat(bias(params)).isCloseTo(line[0], within(0.0125));
    assertThat((double) params[0]).isCloseTo(line[1], within(0.0125));
  }

  @Test
  void aMemberOfACohortHasTheBitsOfTheSameTrainingAlone() {
    TrainingData data = TrainingData.binary(300, 100, TRUTH);
    List<Double> rates = List.of(0.01, 0.1, 0.5);
    List<MemberSettings> members =
        rates.stream().map(rate -> member(new Sgd(rate, 0.9, 0, true))).toList();
    TrainSettings settings = settings(32, 4, Shuffle.BATCHES);
    TrainingResult together = train(plan(Logistic.DEFAULTS, members, settings), data, 3);
    for (int k = 0; k < members.size(); k++) {
      TrainingPlan alone = plan(Logistic.DEFAULTS, List.of(members.get(k)), settings);
      assertThat(train(alone, data, 3).members().get(0).params())
          .isEqualTo(together.members().get(k).params());
    }
  }

  @Test
  void microBatchesKeepTheStepUpToRounding() {
    TrainingData data = TrainingData.binary(300, 0, TRUTH);
    MemberSettings whole = member(new Sgd(0.1, 0, 0, false));
    MemberSettings parts =
        new MemberSettings(
            whole.optimizer(),
            whole.schedule(),
            whole.regularization(),
            new GradientTransforms(Optional.empty(), Optional.empty(), 4),
            0);
    TrainSettings settings = settings(64, 3, Shuffle.BATCHES);
    float[] one =
        train(plan(Logistic.DEFAULTS, List.of(whole), settings), data, 2).members().get(0).params();
    float[] four =
        train(plan(Logistic.DEFAULTS, List.of(parts), settings), data, 2).members().get(0).params();
    assertThat(four).containsExactly(one, offset());
  }

  @Test
  void stepsEndATrainingInTheMiddleOfAnEpoch() {
    TrainingData data = TrainingData.binary(100, 20, TRUTH);
    TrainSettings steps =
        new TrainSettings(
            Optional.of(new BatchSize(10)),
            Optional.empty(),
            Optional.of(13L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    TrainingResult result =
        train(plan(Logistic.DEFAULTS, List.of(member(Adam.DEFAULTS)), steps), data, 2);
    assertThat(result.position().step()).isEqualTo(13);
    assertThat(result.members().get(0).epochs()).isEqualTo(2);
    assertThat(result.members().get(0).ending()).isEqualTo(Ending.FINISHED);
  }

  @Test
  void aDivergingTrainingSaysWhereAndSavesNothingThatIsNotFinite() {
    TrainingData data = TrainingData.linear(100, 0, 0.1, TRUTH);
    TrainingPlan plan = plan(Linear.DEFAULTS, new Gd(1e6), epochs(50));
    try (LocalCluster cluster = cluster(plan, data, 2)) {
      Training training =
          new Training(plan, cluster, TrainingListener.NONE, TrainingTest::requireFinite);
      assertThatThrownBy(() -> training.run(() -> false))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("step ")
          .hasMessageContaining("learning rate 1000000.0")
          .hasMessageContaining("clip_norm");
    }
  }

  @Test
  void validationRowsThatWeighNothingDriveNoPlateau() {
    TrainingData data = TrainingData.binary(100, 0, TRUTH);
    data.row(Split.VALIDATION, 0f, 1f, data.features.get(0));
    for (Schedule schedule : List.of(Constant.DEFAULTS, Plateau.DEFAULTS)) {
      MemberSettings member =
          new MemberSettings(
              Adam.DEFAULTS, schedule, Regularization.DEFAULTS, GradientTransforms.DEFAULTS, 0);
      TrainingPlan plan = plan(Logistic.DEFAULTS, List.of(member), epochs(2));
      if (schedule.observes()) {
        assertThatThrownBy(() -> train(plan, data, 2))
            .isInstanceOf(DataException.class)
            .hasMessageContaining("the validation rows all weigh nothing, so schedule.kind");
      } else {
        assertThat(train(plan, data, 2).members().get(0).ending()).isEqualTo(Ending.FINISHED);
      }
    }
  }

  @Test
  void aDivergingMemberIsLeftBehindByTheOthers() {
    TrainingData data = TrainingData.linear(100, 0, 0.1, TRUTH);
    List<MemberSettings> members = List.of(member(new Gd(1e6)), member(new Gd(0.1)));
    TrainingResult result = train(plan(Linear.DEFAULTS, members, epochs(60)), data, 2);
    assertThat(result.members().get(0).ending()).isEqualTo(Ending.DIVERGED);
    assertThat(result.members().get(1).ending()).isEqualTo(Ending.FINISHED);
    assertThat(result.members().get(1).params())
        .isEqualTo(
            train(plan(Linear.DEFAULTS, new Gd(0.1), epochs(60)), data, 2)
                .members()
                .get(0)
                .params());
  }

  @Test
  void earlyStoppingNeedsValidationRows() {
    TrainingData data = TrainingData.linear(10, 0, 0.1, TRUTH);
    TrainSettings settings =
        new TrainSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.of(EarlyStoppingSettings.DEFAULTS));
    assertThatThrownBy(() -> train(plan(Linear.DEFAULTS, Adam.DEFAULTS, settings), data, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("validation rows");
  }

  @Test
  void aTrainingWithoutRowsIsRefused() {
    TrainingPlan plan = plan(Linear.DEFAULTS, new Gd(0.1), epochs(1));
    TrainingData data = TrainingData.linear(0, 5, 0.1, 1, 2);
    assertThatThrownBy(() -> train(plan, data, 2))
        .isInstanceOf(DataException.class)
        .hasMessage("there are no training rows");
  }

  private static void requireFinite(Position position, Collection<Tensor> state) {
    for (Tensor tensor : state) {
      if (tensor.name().endsWith("params")) {
        for (float value : tensor.floats()) {
          assertThat(Float.isFinite(value)).as("%s %s", position, tensor.name()).isTrue();
        }
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> offset() {
    return org.assertj.core.data.Offset.offset(1e-5f);
  }

  /** {@code a, b} of {@code y = a + b x}. */
  private static double[] leastSquares(TrainingData data) {
    double n = data.labels.size();
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double sxy = 0;
    for (int i = 0; i < n; i++) {
      double x = data.features.get(i)[0];
      double y = data.labels.get(i);
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
    }
    double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
    return new double[] {(sy - slope * sx) / n, slope};
  }

  private static double bias(float[] params) {
    return params[params.length - 1];
  }

  static TrainSettings epochs(int epochs) {
    return new TrainSettings(
        Optional.empty(),
        Optional.of(epochs),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  static TrainSettings settings(long batchSize, int epochs, Shuffle shuffle) {
    return new TrainSettings(
        Optional.of(new BatchSize(batchSize)),
        Optional.of(epochs),
        Optional.empty(),
        Optional.of(shuffle),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  static MemberSettings member(Optimizer optimizer) {
    return new MemberSettings(
        optimizer, Constant.DEFAULTS, Regularization.DEFAULTS, GradientTransforms.DEFAULTS, 0);
  }

  static TrainingPlan plan(Model model, Optimizer optimizer, TrainSettings train) {
    return plan(model, List.of(member(optimizer)), train);
  }

  static TrainingPlan plan(Model model, List<MemberSettings> members, TrainSettings train) {
    return new TrainingPlan(
        model, members, train, CheckpointSettings.DEFAULTS, 11, Optional.empty());
  }

  static LocalCluster cluster(TrainingPlan plan, TrainingData data, int shards) {
    return new LocalCluster(
        plan.model(),
        plan.model() instanceof Logistic ? data.schema(2) : data.schema(),
        data.shards(shards, 64),
        MetricSettings.DEFAULTS);
  }

  static TrainingResult train(TrainingPlan plan, TrainingData data, int shards) {
    try (LocalCluster cluster = cluster(plan, data, shards)) {
      return new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE).run(() -> false);
    }
  }
}
