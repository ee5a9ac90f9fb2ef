package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.LocalCluster;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.TrainingData;
import dev.lockstep.train.metric.MetricSettings;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cross-entropy of classes that weigh differently against libtorch's own. */
class CrossEntropyTest {
  private static final int ROWS = 50;
  private static final int COLUMNS = 2;
  private static final int CLASSES = 3;
  private static final int SIZE = CLASSES * (COLUMNS + 1);
  private static final float[] WEIGHTS = {0.5f, 3, 1};

  /** Of libtorch's losses: over all rows, divided by what their classes weigh. */
  private static final int MEAN = 1;

  private final float[] features = new float[ROWS * COLUMNS];
  private final long[] labels = new long[ROWS];
  private final float[] params = new float[SIZE];

  private TrainingData draw() {
    RandomGenerator random = RandomKey.of(4).generator();
    for (int i = 0; i < SIZE; i++) {
      params[i] = (float) random.nextGaussian();
    }
    TrainingData data = new TrainingData();
    for (int i = 0; i < ROWS; i++) {
      features[i * COLUMNS] = (float) random.nextGaussian();
      features[i * COLUMNS + 1] = (float) random.nextGaussian();
      labels[i] = random.nextInt(CLASSES);
      data.row(Split.TRAIN, 1, labels[i], features[i * COLUMNS], features[i * COLUMNS + 1]);
    }
    return data;
  }

  /** Sums of some dozens of floats, to 24 bits. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5})
  void lossAndGradientAreThoseOfPyTorchHoweverLabelsAreSmoothed(double smoothing) {
    TrainingData data = draw();
    List<String> classes = List.of("a", "b", "c");
    List<Double> byClass = List.of(0.5, 3.0, 1.0);
    Schema schema = new Schema(List.of(), COLUMNS, List.of("y"), classes, byClass, List.of(), 0);
    Network model = new Network(List.of(new Dense(CLASSES)), new SoftmaxLoss(smoothing));
    Parameters one = new Parameters(1, SIZE, params);
    Step all = new Step(0, 0, new Ranks(0, ROWS), true, RowOrder.RANKED, RandomKey.of(0));
    try (LocalCluster cluster =
            new LocalCluster(model, schema, data.shards(3, 8), MetricSettings.DEFAULTS);
        PointerScope scope = new PointerScope()) {
      GradientSum sum = cluster.gradient(one, all);
      Tensor leaf = floats(params, SIZE).requires_grad_(true);
      Tensor loss = crossEntropy(leaf, smoothing);
      loss.backward();
      double expected = loss.item_float();
      double weight = sum.weightSums()[0];
      assertThat(sum.lossSums()[0] / weight).isCloseTo(expected, within(1e-5));
      assertThat(cluster.evaluateByClassWeights(one).get(0).metrics().get("loss"))
          .isCloseTo(expected, within(1e-5));
      float[] gradient = new float[SIZE];
      leaf.grad().data_ptr_float().get(gradient);
      for (int i = 0; i < SIZE; i++) {
        assertThat(sum.totals()[i] / weight).isCloseTo(gradient[i], within(1e-5));
      }
    }
  }

  private Tensor crossEntropy(Tensor leaf, double smoothing) {
    Tensor weight = leaf.narrow(0, 0, CLASSES * COLUMNS).view(CLASSES, COLUMNS);
    Tensor bias = leaf.narrow(0, CLASSES * COLUMNS, CLASSES);
    Tensor scores = floats(features, ROWS, COLUMNS).mm(weight.t()).add(bias);
    return torch.cross_entropy_loss(
        scores,
        Place.indices(scores, labels),
        new TensorOptional(floats(WEIGHTS, CLASSES)),
        MEAN,
        -1,
        smoothing);
  }

  private static Tensor floats(float[] values, long... shape) {
    return Place.floats(torch.zeros(1), values, shape).clone();
  }
}
