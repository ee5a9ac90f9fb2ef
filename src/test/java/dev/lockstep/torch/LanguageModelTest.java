package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Schema;
import dev.lockstep.data.SparseRows;
import dev.lockstep.loss.NextTokenLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that learn what comes next. */
class LanguageModelTest {
  private static final double ULP = 0x1p-24;
  private static final int ROWS = 9;
  private static final Encoder BLOCK = new Encoder(1, 2, Activation.Function.GELU, 0, true, true);
  private static final NetworkCase CASE =
      NetworkCase.language(
          "language", ROWS, new Embedding(4, 1), Positions.DEFAULTS, BLOCK, Norm.DEFAULTS);
  private static final float[] PARAMS = CASE.params(1, NetworkCase.KEY.child("language"));

  private static Block tokens(float[]... rows) {
    int columns = rows[0].length;
    int stride = DenseRows.strideOf(columns);
    float[] x = new float[rows.length * stride];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, x, i * stride, columns);
    }
    DenseRows features = new DenseRows(x, rows.length, columns, stride);
    return new Block(features, new float[0], 0, new float[0], new float[0], new byte[0]);
  }

  private static Schema schema(int length, int vocabulary, String... labels) {
    return new Schema(
        List.of(), length, List.of(labels), List.of(), List.of(), List.of(), vocabulary);
  }

  /** The loss and slopes of libtorch and of Java, from the same scores. */
  @Test
  void theNativeLossIsTheOneInJava() {
    int n = ROWS;
    int context = CASE.plan().inputs().get(0).count();
    int vocabulary = CASE.plan().output().last();
    NextTokens rows = NextTokens.of(CASE.block().features(), 0, n);
    float[] scores = new float[n * context * vocabulary];
    try (NativeNetwork network = new NativeNetwork(CASE.plan(), n, Place.CPU, true);
        PointerScope scope = new PointerScope()) {
      network.set(PARAMS, 0);
      Tensor found = network.forward(rows.inputs(), 0, n, RandomKey.of(0), true);
      network.read(found, scores, 0);
      float[] labels = new float[n * context];
      float[] weights = new float[n * context];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = rows.targets()[i];
        weights[i] = CASE.block().weight(i / context);
      }
      double lossSum =
          NextTokenLoss.DEFAULTS.slopes(scores, 0, vocabulary, labels, 0, weights, n * context);
      network.backward(found.reshape(n, (long) context * vocabulary), scores);
      GradientSum added = new GradientSum(1, CASE.size(), false);
      network.addGradient(added, 0);
      float[] gradient = added.gradients();
      GradientSum sum = CASE.sum(PARAMS, 0, n);
      assertThat(sum.lossSums()[0]).isCloseTo(lossSum, within(lossSum * 20 * ULP));
      double norm = 0;
      double apart = 0;
      for (int i = 0; i < gradient.length; i++) {
        norm += gradient[i] * gradient[i];
        apart += Math.pow(gradient[i] - sum.gradients()[i], 2);
      }
      assertThat(Math.sqrt(apart)).isLessThan(Math.sqrt(norm) * 40 * ULP);
    }
  }

  @Test
  void aRowWeighsAsMuchAsItPredicts() {
    Block block = tokens(new float[] {2, 3, 4, 5, 6, 2}, new float[] {2, 3, 4, 0, 0, 0});
    NetworkCase c = CASE.with(block);
    GradientSum sum = c.sum(PARAMS, 0, 2);
    assertThat(sum.weightSums()).containsExactly(5 + 2);
    float[] scores = c.scores(PARAMS, 0, 2);
    assertThat(scores[1]).isEqualTo(5);
    assertThat(scores[3]).isEqualTo(2);
    assertThat(sum.lossSums()[0]).isCloseTo((double) scores[0] + scores[2], within(1e-5));
    Block weighted = block.withWeights(new float[] {0.5f, 0});
    assertThat(CASE.with(weighted).sum(PARAMS, 0, 2).weightSums()).containsExactly(2.5);
  }

  /** A row of one token or none predicts nothing and moves nothing. */
  @Test
  void wherePaddingComesNextNothingIsLearned() {
    NetworkCase c =
        CASE.with(tokens(new float[] {0, 0, 0, 0, 0, 0}, new float[] {3, 0, 0, 0, 0, 0}));
    GradientSum sum = c.sum(PARAMS, 0, 2);
    assertThat(sum.weightSums()).containsExactly(0);
    assertThat(sum.lossSums()).containsExactly(0);
    assertThat(sum.gradients()).containsOnly(0f);
  }

  @Test
  void paddingMayLieBeforeAndRowsMayBeSparse() {
    float[] row = {2, 3, 4, 5, 0, 0};
    NetworkCase after = CASE.with(tokens(row));
    NetworkCase before = CASE.with(tokens(new float[] {0, 0, 2, 3, 4, 5}));
    SparseRows sparse =
        new SparseRows(new int[] {0, 4}, new int[] {0, 1, 2, 3}, new float[] {2, 3, 4, 5}, 6);
    Block thin = new Block(sparse, new float[0], 0, new float[0], new float[0], new byte[0]);
    float[] expected = after.sum(PARAMS, 0, 1).gradients();
    assertThat(before.sum(PARAMS, 0, 1).gradients()).isEqualTo(expected);
    assertThat(CASE.with(thin).sum(PARAMS, 0, 1).gradients()).isEqualTo(expected);
  }

  /** Rows go through in passes by the size of their scores; sums of passes have their bits. */
  @Test
  void aLongBatchIsTheSumOfItsPasses() {
    Plan plan = Plan.of(List.of(new Embedding(2, 1), new Dense(1 << 16)), Dims.tokens(8, 1 << 16));
    NextTokenLoss loss = NextTokenLoss.DEFAULTS;
    Block block = NetworkCase.block(plan, loss, 19, NetworkCase.KEY);
    NetworkCase c = new NetworkCase("wide", plan, loss, block);
    float[] params = c.params(1, NetworkCase.KEY.child(1));
    GradientSum expected = new GradientSum(1, c.size(), false);
    for (int from = 0; from < 19; from += 8) {
      expected.add(c.sum(params, from, Math.min(19, from + 8)));
    }
    GradientSum whole = c.sum(params, 0, 19);
    assertThat(whole.gradients()).isEqualTo(expected.gradients());
    assertThat(whole.weightSums()).isEqualTo(expected.weightSums());
    float[] scores = c.scores(params, 0, 19);
    assertThat(Arrays.copyOfRange(scores, 32, 38)).isEqualTo(c.scores(params, 16, 19));
  }

  @Test
  void layersThatSeeLaterTokensAreNamed() {
    Encoder open = new Encoder(1, 2, Activation.Function.GELU, 0, true, false);
    Network peeping =
        new Network(List.of(new Embedding(4, 1), open, new Dense(9)), NextTokenLoss.DEFAULTS);
    assertThat(peeping.problems(schema(6, 9)))
        .containsExactly(
            "layer 1 of the network (encoder) lets a token see later ones, which it is to predict:"
                + " use layers that keep every step and look back only");
    Network narrow =
        new Network(List.of(new Embedding(4, 1), BLOCK, new Dense(8)), NextTokenLoss.DEFAULTS);
    assertThat(narrow.problems(schema(6, 9)))
        .containsExactly(
            "the last layer of the network gives [5, 8] values a row, the loss needs [5, 9]");
  }

  @Test
  void aLanguageModelReadsTextsWithoutLabels() {
    Transformer model = language(Transformer.DEFAULTS);
    assertThat(model.problems(schema(6, 9))).isEmpty();
    assertThat(model.outputs(schema(6, 9))).isEqualTo(2);
    assertThat(model.problems(schema(6, 9, "y")))
        .containsExactly(
            "model.loss = next_token learns what comes next in a text, the rows have a label: use"
                + " data.source.format = windows, which has none");
    assertThat(Transformer.DEFAULTS.problems(schema(6, 9)))
        .containsExactly(
            "model.loss = cross_entropy needs a label, windows of a text have none: use next_token");
  }

  private static Transformer language(Transformer of) {
    return new Transformer(
        of.layers(),
        of.heads(),
        of.width(),
        of.expansion(),
        of.positions(),
        of.activation(),
        of.normFirst(),
        of.take(),
        of.dropout(),
        NextTokenLoss.DEFAULTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void rowsOfAnotherLengthAreRefused(int columns) {
    NetworkCase c = CASE.with(tokens(new float[columns]));
    try (Replica replica = c.open()) {
      Parameters params = new Parameters(1, c.size(), PARAMS);
      assertThatThrownBy(() -> replica.predict(params, Batch.of(c.block()), new float[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("%d tokens for a language model".formatted(columns));
    }
  }
}
