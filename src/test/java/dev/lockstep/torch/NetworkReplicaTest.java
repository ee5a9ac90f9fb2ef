package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.SparseRows;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkReplicaTest {
  private static final int ROWS = 700;
  private static final double ULP = 0x1p-24;

  /** Rows that go through in one pass. */
  private static final int PASS = 256;

  private static final NetworkCase CASE =
      NetworkCase.around(
          "rows", new Activation(Activation.Function.TANH), Dims.of(6), ROWS, new SoftmaxLoss());
  private static final float[] PARAMS = CASE.params(1, NetworkCase.KEY.child("params"));

  private static void assertSame(GradientSum found, GradientSum expected) {
    assertThat(found.gradients()).isEqualTo(expected.gradients());
    assertThat(found.lossSums()).isEqualTo(expected.lossSums());
    assertThat(found.weightSums()).isEqualTo(expected.weightSums());
  }

  /** What a batch may be cut into changes the order of sums, no more. */
  @ParameterizedTest
  @CsvSource({"0, 1, 700", "0, 37, 150", "3, 256, 257", "5, 300, 699", "0, 512, 700"})
  void splittingABatchKeepsTheGradient(int from, int middle, int to) {
    GradientSum whole = CASE.sum(PARAMS, from, to);
    GradientSum parts = CASE.sum(PARAMS, from, middle).add(CASE.sum(PARAMS, middle, to));
    int n = to - from;
    assertThat(parts.weightSums()[0]).isCloseTo(whole.weightSums()[0], within(n * 0x1p-50));
    assertThat(parts.lossSums()[0]).isCloseTo(whole.lossSums()[0], within(n * 40 * ULP));
    for (int j = 0; j < CASE.size(); j++) {
      // n products of about 2 at most in any order, of slopes that 20 operations lead to.
      assertThat((double) parts.gradients()[j])
          .as("parameter %d", j)
          .isCloseTo(whole.gradients()[j], within(2.0 * n * 20 * ULP + n * ULP * Math.sqrt(n)));
    }
  }

  /** Passes add up in order, so the sum has the bits of the sums of its passes. */
  @Test
  void aLongBatchIsTheSumOfItsPasses() {
    GradientSum expected = new GradientSum(1, CASE.size(), false);
    for (int from = 0; from < ROWS; from += PASS) {
      expected.add(CASE.sum(PARAMS, from, Math.min(ROWS, from + PASS)));
    }
    assertSame(CASE.sum(PARAMS, 0, ROWS), expected);
    float[] scores = CASE.scores(PARAMS, 0, ROWS);
    for (int from = 0; from < ROWS; from += PASS) {
      int to = Math.min(ROWS, from + PASS);
      assertThat(Arrays.copyOfRange(scores, from * 3, to * 3))
          .isEqualTo(CASE.scores(PARAMS, from, to));
    }
  }

  @Test
  void aWideSumHoldsTheBlocksInDouble() {
    GradientSum wide = new GradientSum(1, CASE.size(), true);
    double[] expected = new double[CASE.size()];
    try (Replica replica = CASE.open()) {
      for (int from : new int[] {0, 300}) {
        Parameters params = new Parameters(1, CASE.size(), PARAMS);
        replica.accumulate(
            params, new Batch(CASE.block(), from, from + 300), NetworkCase.KEY, wide);
        wide.closeBlock();
        float[] block = CASE.sum(PARAMS, from, from + 300).gradients();
        Arrays.setAll(expected, i -> expected[i] + block[i]);
      }
    }
    assertThat(wide.totals()).isEqualTo(expected);
  }

  /** Members hold out different folds of two repeats, or nothing. */
  @Test
  void rowsOfAFoldHeldOutWeighNothing() {
    Block block = CASE.block();
    byte[] folds = new byte[2 * ROWS];
    for (int i = 0; i < folds.length; i++) {
      folds[i] = (byte) ((i * 7 + i / ROWS) % 3);
    }
    Block folded =
        new Block(block.features(), block.labels(), 1, block.weights(), block.offsets(), folds);
    int[] codes = {HeldOut.code(0, 1), HeldOut.NOTHING, HeldOut.code(1, 2)};
    float[] values = CASE.params(codes.length, NetworkCase.KEY.child("folds"));
    Parameters params = new Parameters(codes.length, CASE.size(), values, HeldOut.of(codes));
    GradientSum together = new GradientSum(codes.length, CASE.size(), false);
    try (Replica replica = CASE.open()) {
      replica.accumulate(params, new Batch(folded, 3, ROWS), NetworkCase.KEY, together);
    }
    for (int k = 0; k < codes.length; k++) {
      float[] weights = block.weights().clone();
      for (int i = 0; i < ROWS; i++) {
        boolean out = k == 0 && folds[i] == 1 || k == 2 && folds[ROWS + i] == 2;
        weights[i] = out ? 0 : weights[i];
      }
      int from = k * CASE.size();
      GradientSum alone =
          CASE.with(block.withWeights(weights))
              .sum(Arrays.copyOfRange(values, from, from + CASE.size()), 3, ROWS);
      assertThat(Arrays.copyOfRange(together.gradients(), from, from + CASE.size()))
          .isEqualTo(alone.gradients());
      assertThat(together.lossSums()[k]).isEqualTo(alone.lossSums()[0]);
      assertThat(together.weightSums()[k]).isEqualTo(alone.weightSums()[0]);
    }
  }

  @Test
  void rowsWeighWhatTheyWeigh() {
    Block block = CASE.block();
    float[] ones = new float[ROWS];
    Arrays.fill(ones, 1f);
    Block even = block.withWeights(ones);
    Block without = block.withWeights(new float[0]);
    assertSame(CASE.with(without).sum(PARAMS, 0, 9), CASE.with(even).sum(PARAMS, 0, 9));
    double[] expected = new double[CASE.size()];
    double lossSum = 0;
    for (int row = 0; row < 9; row++) {
      GradientSum one = CASE.with(without).sum(PARAMS, row, row + 1);
      float weight = block.weight(row);
      Arrays.setAll(expected, j -> expected[j] + weight * one.gradients()[j]);
      lossSum += weight * one.lossSums()[0];
    }
    GradientSum weighted = CASE.sum(PARAMS, 0, 9);
    assertThat(weighted.lossSums()[0]).isCloseTo(lossSum, within(9 * 40 * ULP));
    for (int j = 0; j < CASE.size(); j++) {
      assertThat((double) weighted.gradients()[j])
          .isCloseTo(expected[j], within(2 * 2 * 9 * 20 * ULP));
    }
  }

  @Test
  void offsetsAreAddedToTheScores() {
    Block block = CASE.block();
    Block plain =
        new Block(block.features(), block.labels(), 1, block.weights(), new float[0], new byte[0]);
    float[] scores = CASE.scores(PARAMS, 2, ROWS);
    float[] without = CASE.with(plain).scores(PARAMS, 2, ROWS);
    for (int i = 0; i < scores.length; i++) {
      assertThat(scores[i]).isEqualTo(without[i] + block.offset(2 + i / 3));
    }
  }

  @Test
  void sparseRowsGiveTheBitsOfDenseOnes() {
    DenseRows dense = (DenseRows) CASE.block().features();
    float[] x = dense.values().clone();
    int[] starts = new int[ROWS + 1];
    int[] indices = new int[ROWS * 6];
    float[] values = new float[ROWS * 6];
    int entries = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < 6; j++) {
        if ((i + j) % 3 == 0) {
          x[i * dense.stride() + j] = 0;
        } else {
          indices[entries] = j;
          values[entries++] = x[i * dense.stride() + j];
        }
      }
      starts[i + 1] = entries;
    }
    Block of = CASE.block();
    Block full =
        new Block(
            new DenseRows(x, ROWS, 6, dense.stride()),
            of.labels(),
            1,
            of.weights(),
            of.offsets(),
            new byte[0]);
    Block thin =
        new Block(
            new SparseRows(starts, indices, values, 6),
            of.labels(),
            1,
            of.weights(),
            of.offsets(),
            new byte[0]);
    assertSame(CASE.with(thin).sum(PARAMS, 1, ROWS), CASE.with(full).sum(PARAMS, 1, ROWS));
    assertThat(CASE.with(thin).scores(PARAMS, 1, ROWS))
        .isEqualTo(CASE.with(full).scores(PARAMS, 1, ROWS));
  }

  @Test
  void parametersOfAnotherNetworkAreRefused() {
    try (Replica replica = CASE.open()) {
      assertThatThrownBy(
              () ->
                  replica.predict(
                      new Parameters(1, 3, new float[3]), Batch.of(CASE.block()), new float[9]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "3 parameters and 6 columns for a network of %d parameters and 6 features"
                  .formatted(CASE.size()));
    }
  }
}
