package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.NextTokenLoss;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.torch.Recurrent.Take;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts in rows of more steps than they need: what is behind them is neither seen nor run over. */
class PaddingTest {
  private static final int VOCABULARY = 9;
  private static final int WIDTH = 4;
  private static final int[] LENGTHS = {5, 1, 0, 13, 16, 2};
  private static final int LONG = 80;
  private static final int SHORT = 16;
  private static final RandomKey KEY = RandomKey.of(17);

  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (Take take : Take.values()) {
      for (boolean both : new boolean[] {false, true}) {
        for (Recurrent layer :
            List.of(new Lstm(3, both, take), new Gru(3, both, take), new Rnn(3, both, take))) {
          networks.add(take == Take.ALL ? network(layer, over(layer)) : network(layer));
        }
      }
    }
    for (dev.lockstep.torch.Take.Of of : dev.lockstep.torch.Take.Of.values()) {
      networks.add(
          network(
              new Positions(Positions.Of.SINUSOIDAL, 1),
              new Dropout(0.5),
              new Encoder(2, 2, Activation.Function.GELU, 0.25, true, false),
              new Attention(2, true, 0.5, true),
              Norm.DEFAULTS,
              new Dense(3),
              Activation.DEFAULTS,
              new dev.lockstep.torch.Take(of)));
    }
    return networks.stream();
  }

  private static Layer over(Recurrent before) {
    return new Gru(2, before.bidirectional(), Take.LAST);
  }

  private static Network network(Layer... between) {
    List<Layer> layers = new ArrayList<>(List.of(new Embedding(WIDTH, 1)));
    layers.addAll(List.of(between));
    layers.add(new Dense(2));
    return new Network(layers, new SoftmaxLoss());
  }

  private static Schema schema(int steps, Loss loss) {
    boolean labelled = loss.task() != Loss.Task.NEXT_TOKEN;
    List<String> classes = labelled ? List.of("a", "b") : List.of();
    List<String> labels = labelled ? List.of("y") : List.of();
    return new Schema(List.of(), steps, labels, classes, List.of(), List.of(), VOCABULARY);
  }

  private static Block block(int steps, boolean atFront, boolean labelled) {
    RandomGenerator random = KEY.child(1).generator();
    int stride = DenseRows.strideOf(steps);
    float[] ids = new float[LENGTHS.length * stride];
    float[] labels = new float[labelled ? LENGTHS.length : 0];
    for (int row = 0; row < LENGTHS.length; row++) {
      int from = row * stride + (atFront ? steps - LENGTHS[row] : 0);
      for (int i = 0; i < LENGTHS[row]; i++) {
        ids[from + i] = 1 + random.nextInt(VOCABULARY - 1);
      }
      if (labelled) {
        labels[row] = row % 2;
      }
    }
    DenseRows rows = new DenseRows(ids, LENGTHS.length, steps, stride);
    return new Block(rows, labels, labelled ? 1 : 0, new float[0], new float[0], new byte[0]);
  }

  /** Scores of all rows, then loss, weight and gradient of a training pass. */
  private static float[] outcome(NetworkModel model, int steps, boolean atFront) {
    Schema schema = schema(steps, model.loss());
    float[] values = new float[model.layout(schema).size()];
    model.initialize(values, schema, KEY.generator());
    Parameters params = new Parameters(1, values.length, values);
    boolean labelled = model.loss().task() != Loss.Task.NEXT_TOKEN;
    Batch batch = Batch.of(block(steps, atFront, labelled));
    GradientSum sum = new GradientSum(1, values.length, false);
    float[] scores = new float[LENGTHS.length * model.outputs(schema)];
    try (Replica replica = model.open(schema)) {
      replica.predict(params, batch, scores);
      replica.accumulate(params, batch, KEY, sum);
    }
    float[] all = Arrays.copyOf(scores, scores.length + 2 + values.length);
    all[scores.length] = (float) sum.lossSums()[0];
    all[scores.length + 1] = (float) sum.weightSums()[0];
    System.arraycopy(sum.gradients(), 0, all, scores.length + 2, values.length);
    return all;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void paddingChangesNoBitWhereverItIsAndHoweverMuch(Network network) {
    float[] close = outcome(network, SHORT, false);
    assertThat(outcome(network, LONG, false)).as("behind").isEqualTo(close);
    assertThat(outcome(network, LONG, true)).as("before").isEqualTo(close);
  }

  @Test
  void languageModelsDoNotRunOverPaddingEither() {
    Transformer gpt =
        new Transformer(
            2,
            2,
            WIDTH,
            2,
            Positions.Of.SINUSOIDAL,
            Activation.Function.GELU,
            true,
            Transformer.DEFAULTS.take(),
            0.25,
            new NextTokenLoss());
    float[] close = outcome(gpt, SHORT + 1, false);
    assertThat(outcome(gpt, LONG + 1, false)).isEqualTo(close);
    assertThat(outcome(gpt, LONG + 1, true)).isEqualTo(close);
  }

  @Test
  void layersThatNeedAllStepsAreGivenThem() {
    List<Layer> layers =
        List.of(new Embedding(WIDTH, 1), new Dense(2), new Flatten(), new Dense(2));
    assertThat(Plan.of(layers, Dims.tokens(LONG, VOCABULARY)).takesAnySteps()).isFalse();
    List<Layer> taken = List.of(new Embedding(WIDTH, 1), new Lstm(3, false, Take.LAST));
    assertThat(Plan.of(taken, Dims.tokens(LONG, VOCABULARY)).takesAnySteps()).isTrue();
    assertThat(Plan.of(List.of(new Dense(2)), Dims.of(LONG)).takesAnySteps()).isFalse();
  }
}
