package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that are normalized by each other: which they are, and what is left of them. */
class BatchNormTest {
  private static final int ROWS = 300;
  private static final NetworkCase CASE =
      NetworkCase.around("batch", BatchNorm.DEFAULTS, Dims.of(6), ROWS, new SoftmaxLoss());
  private static final float[] PARAMS = CASE.params(1, NetworkCase.KEY.child("params"));

  private static void assertSame(GradientSum found, GradientSum expected) {
    assertThat(found.gradients()).isEqualTo(expected.gradients());
    assertThat(found.lossSums()).isEqualTo(expected.lossSums());
    assertThat(found.weightSums()).isEqualTo(expected.weightSums());
  }

  private static NetworkCase weighing(float... weights) {
    return CASE.with(CASE.block().withWeights(Arrays.copyOf(weights, ROWS)));
  }

  /** The first rows, with others where they weigh nothing. */
  private static Block disturbed(Block block, int rows) {
    DenseRows dense = (DenseRows) block.features();
    float[] x = dense.values().clone();
    for (int row = 0; row < rows; row++) {
      if (block.weight(row) == 0) {
        Arrays.fill(x, row * dense.stride(), row * dense.stride() + dense.columns(), 1e6f);
      }
    }
    DenseRows features = new DenseRows(x, block.rows(), dense.columns(), dense.stride());
    return new Block(features, block.labels(), 1, block.weights(), block.offsets(), block.folds());
  }

  @Test
  void rowsWithoutWeightAreNoPartOfABatch() {
    NetworkCase some = weighing(1, 0, 2, 0, 0, 1, 3);
    GradientSum expected = some.sum(PARAMS, 0, 7);
    assertSame(some.with(disturbed(some.block(), 7)).sum(PARAMS, 0, 7), expected);
    assertThat(weighing(1, 1, 2, 0, 0, 1, 3).sum(PARAMS, 0, 7).gradients())
        .isNotEqualTo(expected.gradients());
    GradientSum nothing = weighing(0, 0, 0).sum(PARAMS, 0, 3);
    assertThat(nothing.gradients()).containsOnly(0);
    assertThat(nothing.weightSums()).containsExactly(0);
  }

  @Test
  void rowsOfAFoldHeldOutAreNoPartOfAMembersBatch() {
    byte[] folds = new byte[ROWS];
    float[] weights = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      folds[i] = (byte) (i % 3);
      weights[i] = i % 3 == 1 ? 0 : 1;
    }
    Block of = CASE.block();
    Block plain = new Block(of.features(), of.labels(), 1, new float[0], of.offsets(), folds);
    HeldOut heldOut = HeldOut.of(HeldOut.NOTHING, HeldOut.code(0, 1));
    float[] values = CASE.params(2, NetworkCase.KEY.child("folds"));
    GradientSum both = new GradientSum(2, CASE.size(), false);
    try (Replica replica = CASE.open()) {
      Parameters params = new Parameters(2, CASE.size(), values, heldOut);
      replica.accumulate(params, new Batch(plain, 0, 200), NetworkCase.KEY, both);
    }
    float[] second = Arrays.copyOfRange(values, CASE.size(), 2 * CASE.size());
    GradientSum alone = weighing(weights).sum(second, 0, 200);
    assertThat(Arrays.copyOfRange(both.gradients(), CASE.size(), 2 * CASE.size()))
        .isEqualTo(alone.gradients());
    assertThat(both.weightSums()[1]).isEqualTo(alone.weightSums()[0]);
  }

  /** Of three rows the first member has two, the second one, and the third all. */
  @Test
  void aMemberWhoseFoldsLeaveOneRowLeavesItOutAndTheOthersDoNot() {
    byte[] folds = new byte[ROWS];
    folds[2] = 1;
    Block of = CASE.block();
    Block plain = new Block(of.features(), of.labels(), 1, new float[0], of.offsets(), folds);
    HeldOut heldOut = HeldOut.of(HeldOut.code(0, 1), HeldOut.code(0, 0), HeldOut.NOTHING);
    float[] values = CASE.params(3, NetworkCase.KEY.child("folds"));
    GradientSum sum = new GradientSum(3, CASE.size(), false);
    try (Replica replica = CASE.open()) {
      Parameters params = new Parameters(3, CASE.size(), values, heldOut);
      replica.accumulate(params, new Batch(plain, 0, 3), NetworkCase.KEY, sum);
    }
    assertThat(sum.weightSums()).containsExactly(2, 0, 3);
    assertThat(sum.lossSums()[1]).isZero();
    int size = CASE.size();
    assertThat(Arrays.copyOfRange(sum.gradients(), size, 2 * size)).containsOnly(0);
    for (int k : new int[] {0, 2}) {
      float[] own = Arrays.copyOfRange(values, k * size, (k + 1) * size);
      assertThat(Arrays.copyOfRange(sum.gradients(), k * size, (k + 1) * size))
          .isEqualTo(weighing(1, 1, k == 0 ? 0 : 1).sum(own, 0, 3).gradients());
    }
  }

  /** 257 rows that weigh something are passes of 128 and 129, not of 256 and 1. */
  @Test
  void aLongBatchIsCutIntoNearEqualPasses() {
    float[] ones = new float[ROWS];
    Arrays.fill(ones, 1);
    NetworkCase even = weighing(ones);
    GradientSum expected = even.sum(PARAMS, 0, 128).add(even.sum(PARAMS, 128, 257));
    GradientSum found = even.sum(PARAMS, 0, 257);
    assertThat(found.lossSums()).isEqualTo(expected.lossSums());
    for (Run run : CASE.plan().layout().runs(Role.TRAINED)) {
      assertThat(Arrays.copyOfRange(found.gradients(), run.from(), run.to()))
          .isEqualTo(Arrays.copyOfRange(expected.gradients(), run.from(), run.to()));
    }
    // Changes of buffers, of 64 at most, add up in float64 here, in float32 there.
    for (int i = 0; i < CASE.size(); i++) {
      float sum = expected.gradients()[i];
      assertThat(found.gradients()[i]).isCloseTo(sum, within(3 * 64 * 0x1p-24f));
    }
  }

  @Test
  void oneRowAloneAddsNothingUnlessItHasSeveralPlaces() {
    GradientSum nothing = weighing(0, 0, 0).sum(PARAMS, 0, 3);
    assertSame(weighing(0, 1, 0).sum(PARAMS, 0, 3), nothing);
    assertSame(weighing(1, 1, 2).sum(PARAMS, 2, 3), nothing);
    NetworkCase images =
        NetworkCase.around("images", BatchNorm.DEFAULTS, Dims.of(2, 3, 3), 4, new SoftmaxLoss());
    float[] params = images.params(1, NetworkCase.KEY);
    assertThat(images.sum(params, 0, 1).weightSums()[0]).isPositive();
    assertThat(images.plan().leastRows()).isEqualTo(1);
    assertThat(CASE.plan().leastRows()).isEqualTo(2);
  }

  @Test
  void frozenStatisticsNormalizeTrainingRowsToo() {
    Plan plan = CASE.plan();
    Plan frozen =
        new Plan(
            plan.layers(),
            plan.inputs(),
            plan.output(),
            plan.layout().freeze(slice -> slice.role() == Role.BUFFER));
    assertThat(frozen.leastRows()).isEqualTo(1);
    NetworkCase still = new NetworkCase("still", frozen, CASE.loss(), CASE.block());
    GradientSum whole = still.sum(PARAMS, 0, 4);
    GradientSum parts = new GradientSum(1, CASE.size(), false);
    for (int row = 0; row < 4; row++) {
      parts.add(still.sum(PARAMS, row, row + 1));
    }
    assertThat(parts.lossSums()[0]).isCloseTo(whole.lossSums()[0], within(1e-5));
    for (Run run : plan.layout().runs(Role.BUFFER)) {
      assertThat(Arrays.copyOfRange(whole.gradients(), run.from(), run.to())).containsOnly(0);
    }
  }

  @Test
  void networksOfTheRunFileHaveIt() {
    Schema schema = new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
    Mlp mlp =
        new Mlp(List.of(5), Activation.Function.RELU, 0, Mlp.Between.BATCH, new SoftmaxLoss());
    assertThat(mlp.layers(3))
        .containsExactly(new Dense(5), BatchNorm.DEFAULTS, Activation.DEFAULTS, new Dense(3));
    assertThat(mlp.layout(schema).slices())
        .extracting(Slice::name)
        .containsSequence("1.weight", "1.bias", "1.running_mean", "1.running_var", "3.weight");
    assertThat(mlp.leastRows(schema)).isEqualTo(2);
    Cnn cnn =
        new Cnn(
            List.of(4),
            3,
            2,
            List.of(5),
            Activation.Function.RELU,
            0,
            Mlp.Between.BATCH,
            Init.DEFAULT,
            new SoftmaxLoss());
    assertThat(cnn.layers(3))
        .containsExactly(
            Conv.same(4, 3, Init.DEFAULT),
            BatchNorm.DEFAULTS,
            Activation.DEFAULTS,
            new Pool(Pool.Of.MAX, List.of(2), List.of()),
            Flatten.DEFAULTS,
            new Dense(5),
            BatchNorm.DEFAULTS,
            Activation.DEFAULTS,
            new Dense(3));
  }
}
