package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
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
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrent layers over embedded tokens of rows of different lengths, one of them empty. */
class RecurrentTest {
  private static final double ULP = 0x1p-24;
  private static final int STEPS = 40;
  private static final int VOCABULARY = 9;
  private static final int DIM = 4;
  private static final int UNITS = 3;
  private static final int OUTPUTS = 3;
  private static final int[] LENGTHS = {5, 1, 0, 20, 2, 17};
  private static final RandomKey KEY = RandomKey.of(5);

  static Stream<Recurrent> layers() {
    List<Recurrent> layers = new ArrayList<>();
    for (Take take : Take.values()) {
      for (boolean both : new boolean[] {false, true}) {
        layers.add(new Lstm(UNITS, both, take));
        layers.add(new Gru(UNITS, both, take));
        layers.add(new Rnn(UNITS, both, take));
      }
    }
    return layers.stream();
  }

  private static Plan plan(int steps, int units, Layer... recurrent) {
    List<Layer> layers = new ArrayList<>(List.of(new Embedding(units, 1)));
    layers.addAll(List.of(recurrent));
    layers.addAll(List.of(new Flatten(), new Dense(OUTPUTS)));
    return Plan.of(layers, Dims.tokens(steps, VOCABULARY));
  }

  private static float[] params(Plan plan) {
    float[] params = new float[plan.layout().size()];
    plan.initialize(params, KEY.generator());
    return params;
  }

  /** Random tokens, padding behind them. */
  private static float[][] texts(int[] lengths, int steps, RandomGenerator random) {
    float[][] rows = new float[lengths.length][steps];
    for (int i = 0; i < lengths.length; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        rows[i][t] = 1 + random.nextInt(VOCABULARY - 1);
      }
    }
    return rows;
  }

  private static Block block(float[][] rows) {
    int columns = rows[0].length;
    int stride = DenseRows.strideOf(columns);
    float[] x = new float[rows.length * stride];
    float[] labels = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, x, i * stride, columns);
      labels[i] = i % OUTPUTS;
    }
    DenseRows features = new DenseRows(x, rows.length, columns, stride);
    return new Block(features, labels, 1, new float[0], new float[0], new byte[0]);
  }

  private static float[] scores(Plan plan, float[] params, float[][] rows) {
    float[] scores = new float[rows.length * OUTPUTS];
    try (Replica replica = new NetworkReplica(new SoftmaxLoss(), OUTPUTS, plan)) {
      replica.predict(
          new Parameters(1, params.length, params), new Batch(block(rows), 0, rows.length), scores);
    }
    return scores;
  }

  private static GradientSum sum(Plan plan, float[] params, float[][] rows) {
    try (Replica replica = new NetworkReplica(new SoftmaxLoss(), OUTPUTS, plan)) {
      return sum(replica, params, rows);
    }
  }

  private static GradientSum sum(Replica replica, float[] params, float[][] rows) {
    GradientSum into = new GradientSum(1, params.length, false);
    Batch batch = new Batch(block(rows), 0, rows.length);
    replica.accumulate(new Parameters(1, params.length, params), batch, KEY, into);
    return into;
  }

  /**
   * States are at most 1, so that a step is off by the rounding of its 2 (n + 1) products of size
   * 1, and no step makes an error larger than the one before by more than that.
   */
  @ParameterizedTest
  @MethodSource("layers")
  void scoresAreThoseOfTheEquationsOverRealTokens(Recurrent layer) {
    Plan plan = plan(STEPS, DIM, layer);
    float[] params = params(plan);
    float[][] rows = texts(LENGTHS, STEPS, KEY.child(1).generator());
    float[] scores = scores(plan, params, rows);
    PlainRecurrence plain = new PlainRecurrence(layer, params, plan.layout(), "1.");
    for (int i = 0; i < rows.length; i++) {
      List<double[]> x = new ArrayList<>();
      for (int t = 0; t < Math.max(1, LENGTHS[i]); t++) {
        int from = (int) rows[i][t] * DIM;
        x.add(new double[DIM]);
        Arrays.setAll(x.get(t), j -> params[from + j]);
      }
      double[] taken = plain.taken(x, STEPS);
      int weights = params.length - OUTPUTS * (taken.length + 1);
      for (int o = 0; o < OUTPUTS; o++) {
        double expected = params[params.length - OUTPUTS + o];
        for (int j = 0; j < taken.length; j++) {
          expected += params[weights + o * taken.length + j] * taken[j];
        }
        double bound = STEPS * 2 * (DIM + UNITS + 2) * 4 * ULP;
        assertThat((double) scores[i * OUTPUTS + o])
            .as("row %d of %d tokens", i, LENGTHS[i])
            .isCloseTo(expected, within(bound));
      }
    }
  }

  /**
   * Each of the losses of six rows is off by a few ulp of its score, over the step h, and by the
   * third derivative, about 1 a row, times h^2.
   */
  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreCentralDifferences(Recurrent layer) {
    Plan plan = plan(STEPS, DIM, layer);
    float[] params = params(plan);
    float[][] rows = texts(LENGTHS, STEPS, KEY.child(2).generator());
    double h = 0x1p-7;
    double bound = LENGTHS.length * (80 * ULP / h + h * h);
    try (Replica replica = new NetworkReplica(new SoftmaxLoss(), OUTPUTS, plan)) {
      float[] exact = sum(replica, params, rows).gradients();
      for (int j = DIM; j < params.length; j++) {
        float[] up = params.clone();
        float[] down = params.clone();
        up[j] += (float) h;
        down[j] -= (float) h;
        double difference =
            (sum(replica, up, rows).lossSums()[0] - sum(replica, down, rows).lossSums()[0])
                / ((double) up[j] - down[j]);
        assertThat((double) exact[j])
            .as("parameter %d of %s", j, plan.layout())
            .isCloseTo(difference, within(bound));
      }
      assertThat(Arrays.copyOf(exact, DIM)).as("of padding").containsOnly(0f);
      assertThat(Arrays.copyOf(params, DIM)).as("the vector of padding").containsOnly(0f);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whereThePaddingIsChangesNoBit(Recurrent layer) {
    Plan plan = plan(STEPS, DIM, layer);
    float[] params = params(plan);
    float[][] post = texts(LENGTHS, STEPS, KEY.child(3).generator());
    float[][] pre = new float[post.length][STEPS];
    for (int i = 0; i < post.length; i++) {
      System.arraycopy(post[i], 0, pre[i], STEPS - LENGTHS[i], LENGTHS[i]);
    }
    assertThat(scores(plan, params, pre)).isEqualTo(scores(plan, params, post));
    assertThat(sum(plan, params, pre).gradients()).isEqualTo(sum(plan, params, post).gradients());
  }

  /** Rows of like lengths pass together, and products of more rows may round otherwise. */
  @Test
  void theLastStateOfARowDoesNotDependOnTheOtherRowsBeyondRounding() {
    int steps = 200;
    int[] lengths = new int[33];
    Arrays.setAll(lengths, i -> 1 + i % 30);
    for (int units : new int[] {8, 64}) {
      for (boolean both : new boolean[] {false, true}) {
        for (Recurrent layer :
            List.of(
                new Lstm(units, both, Take.LAST),
                new Gru(units, both, Take.LAST),
                new Rnn(units, both, Take.LAST))) {
          Plan plan = plan(steps, units, new Lstm(units, both, Take.ALL), layer);
          float[] params = params(plan);
          float[][] rows = texts(lengths, steps, KEY.child(4).generator());
          float[] among = scores(plan, params, rows);
          rows[32] = texts(new int[] {steps}, steps, KEY.child(5).generator())[0];
          int most = 32 * OUTPUTS;
          double bound = 30 * 2 * (2 * units + 2) * 4 * ULP;
          assertThat(Arrays.copyOf(scores(plan, params, rows), most))
              .as(layer.toString())
              .containsExactly(Arrays.copyOf(among, most), Offset.offset((float) bound));
        }
      }
    }
  }

  @Test
  void whatALayerCannotReadIsSaid() {
    Dims tokens = Dims.tokens(STEPS, VOCABULARY);
    assertThatThrownBy(() -> Plan.of(List.of(new Dense(1)), tokens))
        .hasMessageContaining(
            "layer 0 of the network (dense) takes numbers, is given ids of tokens");
    assertThatThrownBy(() -> Plan.of(List.of(Embedding.DEFAULTS), Dims.of(3)))
        .hasMessageContaining("(embedding) takes ids of tokens, is given [3] numbers");
    assertThatThrownBy(
            () -> Plan.of(List.of(Embedding.DEFAULTS, Lstm.DEFAULTS, Gru.DEFAULTS), tokens))
        .hasMessageContaining("layer 2 of the network (gru) takes [steps, values], is given [1]");
  }
}
