package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.loss.SoftmaxLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What attention sees, and what it does not. */
class AttentionTest {
  private static final int VOCABULARY = 9;
  private static final int WIDTH = 4;
  private static final double ULP = 0x1p-24;

  /** A row of ids through layers over an embedding, with random parameters. */
  private static float[] scores(List<Layer> over, int outputs, float... ids) {
    List<Layer> layers = new ArrayList<>(List.of(new Embedding(WIDTH, 1)));
    layers.addAll(over);
    layers.add(new Flatten());
    if (outputs > 0) {
      layers.add(new Dense(outputs));
    }
    Plan plan = Plan.of(layers, Dims.tokens(ids.length, VOCABULARY));
    int stride = DenseRows.strideOf(ids.length);
    DenseRows rows = new DenseRows(Arrays.copyOf(ids, stride), 1, ids.length, stride);
    Block block = new Block(rows, new float[1], 1, new float[0], new float[0], new byte[0]);
    NetworkCase c = new NetworkCase("ids", plan, new SoftmaxLoss(), block);
    return c.scores(c.params(1, NetworkCase.KEY.child("attention")), 0, 1);
  }

  private static float[] step(float[] scores, int step) {
    return Arrays.copyOfRange(scores, step * WIDTH, (step + 1) * WIDTH);
  }

  private static Encoder encoder(boolean causal) {
    return new Encoder(2, 2, Activation.Function.GELU, 0, true, causal);
  }

  @Test
  void aCausalStepKnowsNothingOfLaterOnes() {
    List<Layer> causal = List.of(encoder(true), encoder(true));
    float[] before = scores(causal, 0, 1, 2, 3, 4, 5, 6);
    float[] after = scores(causal, 0, 1, 2, 3, 4, 8, 7);
    for (int step = 0; step < 4; step++) {
      assertThat(step(after, step)).isEqualTo(step(before, step));
    }
    assertThat(step(after, 4)).isNotEqualTo(step(before, 4));
    List<Layer> seeing = List.of(encoder(false));
    assertThat(step(scores(seeing, 0, 1, 2, 3, 4, 8, 7), 0))
        .isNotEqualTo(step(scores(seeing, 0, 1, 2, 3, 4, 5, 6), 0));
  }

  /**
   * Longer rows only have more zeros in their sums, which other kernels may add in other orders.
   */
  @ParameterizedTest
  @EnumSource(Take.Of.class)
  void paddingIsNeverSeen(Take.Of of) {
    List<Layer> layers = List.of(encoder(false), new Take(of));
    float[] alone = scores(layers, 3, 5, 2, 7);
    float[] padded = scores(layers, 3, 5, 2, 7, 0, 0, 0, 0, 0);
    float[] before = scores(layers, 3, 0, 0, 0, 0, 5, 2, 7);
    for (int i = 0; i < alone.length; i++) {
      assertThat((double) Math.abs(padded[i] - alone[i])).isLessThan(320 * ULP);
      assertThat((double) Math.abs(before[i] - alone[i])).isLessThan(320 * ULP);
    }
    assertThat(scores(layers, 3, 5, 2, 7, 6, 0, 0)).isNotEqualTo(padded);
  }

  @Test
  void attentionAloneForgetsTheOrderAndPositionsTellIt() {
    List<Layer> alone = List.of(new Attention(2, false, 0, true), new Take(Take.Of.MAX));
    float[] one = scores(alone, 3, 1, 2, 3);
    float[] other = scores(alone, 3, 3, 1, 2);
    for (int i = 0; i < one.length; i++) {
      assertThat((double) Math.abs(one[i] - other[i])).isLessThan(320 * ULP);
    }
    for (Positions.Of of : Positions.Of.values()) {
      List<Layer> placed =
          List.of(new Positions(of, 1), new Attention(2, false, 0, true), new Take(Take.Of.MAX));
      float[] here = scores(placed, 3, 1, 2, 3);
      float[] there = scores(placed, 3, 3, 1, 2);
      double most = 0;
      for (int i = 0; i < here.length; i++) {
        most = Math.max(most, Math.abs(here[i] - there[i]));
      }
      assertThat(most).as(of.name()).isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void headsThatDoNotDivideAStepAreNamed(int heads) {
    String message = "cuts the values of a step into %d heads, is given [6, 4]".formatted(heads);
    Encoder block = new Encoder(heads, 4, Activation.Function.RELU, 0, false, false);
    for (Layer layer : List.of(new Attention(heads, false, 0, true), block)) {
      assertThatThrownBy(() -> Plan.of(List.of(layer), Dims.of(6, 4)))
          .hasMessageStartingWith("layer 0 of the network (")
          .hasMessageContaining(message);
    }
  }

  @Test
  void stepsWhoseMaskNoArrayHoldsAreRefused() {
    Encoder block = new Encoder(1, 4, Activation.Function.RELU, 0, false, true);
    for (Layer layer : List.of(new Attention(1, true, 0, true), block)) {
      assertThat(Plan.of(List.of(layer), Dims.of(46_340, 4)).output())
          .isEqualTo(Dims.of(46_340, 4));
      assertThatThrownBy(() -> Plan.of(List.of(layer), Dims.of(46_341, 4)))
          .hasMessageStartingWith("layer 0 of the network (")
          .hasMessageEndingWith(
              ") hides later steps by a mask of [steps, steps], for 46340 steps at most, is given"
                  + " 46341: lower data.source.context, or the length of texts");
    }
    Attention all = new Attention(1, false, 0, true);
    assertThat(Plan.of(List.of(all), Dims.of(46_341, 4)).output()).isEqualTo(Dims.of(46_341, 4));
  }

  /** Each of the four dropouts of a block draws for itself, as long as it trains. */
  @Test
  void aBlockDropsWhileItTrainsOnly() {
    Encoder dropping = new Encoder(1, 2, Activation.Function.GELU, 0.5, true, false);
    Encoder whole = new Encoder(1, 2, Activation.Function.GELU, 0, true, false);
    NetworkCase dropped =
        NetworkCase.around("block", dropping, Dims.of(2, 5), 9, new SoftmaxLoss());
    NetworkCase kept = NetworkCase.around("block", whole, Dims.of(2, 5), 9, new SoftmaxLoss());
    float[] params = kept.params(1, NetworkCase.KEY.child(1));
    assertThat(dropped.scores(params, 0, 9)).isEqualTo(kept.scores(params, 0, 9));
    assertThat(dropped.sum(params, 0, 9).lossSums())
        .isNotEqualTo(kept.sum(params, 0, 9).lossSums());
    assertThat(dropped.sum(params, 0, 9).lossSums())
        .isEqualTo(dropped.sum(params, 0, 9).lossSums());
  }
}
