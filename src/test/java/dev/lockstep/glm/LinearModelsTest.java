package dev.lockstep.glm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Schema;
import dev.lockstep.data.SparseRows;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinearModelsTest {
  private static final RandomKey KEY = RandomKey.of(20);
  private static final float ULP = 0x1p-24f;

  /** A model, its data and a name for both. */
  record Case(String name, Model model, Schema schema, Block block) {
    @Override
    public String toString() {
      return name;
    }

    int size() {
      return model.layout(schema).size();
    }

    GradientSum sum(float[] params, int from, int to) {
      int members = params.length / size();
      GradientSum into = new GradientSum(members, size(), false);
      try (Replica replica = model.open(schema)) {
        Parameters parameters = new Parameters(members, size(), params);
        replica.accumulate(parameters, new Batch(block, from, to), KEY, into);
      }
      return into;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String kind : LinearModels.REGISTRY.kinds().keySet()) {
      for (int variant = 0; variant < 8; variant++) {
        boolean sparse = (variant & 1) != 0;
        boolean weighted = (variant & 2) != 0;
        int labels = (variant & 4) != 0 ? 2 : 1;
        Model model = LinearModels.REGISTRY.defaults(kind);
        Schema schema = GlmData.schema(model, 19, labels);
        RandomGenerator random = KEY.child(kind).child(variant).generator();
        Block block = GlmData.block(model, schema, 150, sparse, weighted, random);
        cases.add(
            new Case(
                "%s sparse=%s weighted=%s labels=%d".formatted(kind, sparse, weighted, labels),
                model,
                schema,
                block));
      }
    }
    return cases.stream();
  }

  /**
   * A step h of a float parameter changes the loss sum by g h + O(h^3); the difference of two sums
   * of n row losses, whose scores are rounded to float, is off by n d ulp of the scores' size over
   * h. The seed is fixed: no row is so near a hinge's kink that the step crosses it.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreCentralDifferencesOfTheLoss(Case c) {
    float[] params = GlmData.params(c.size(), KEY.child(1).generator());
    int n = c.block.rows();
    GradientSum exact = c.sum(params, 0, n);
    float h = 0x1p-7f;
    for (int j = 0; j < params.length; j++) {
      float[] moved = params.clone();
      moved[j] = params[j] + h;
      double above = c.sum(moved, 0, n).lossSums()[0];
      float stepUp = moved[j] - params[j];
      moved[j] = params[j] - h;
      double below = c.sum(moved, 0, n).lossSums()[0];
      float step = stepUp + (params[j] - moved[j]);
      double difference = (above - below) / step;
      double scale = Math.max(Math.abs(above), n);
      assertThat((double) exact.gradients()[j])
          .as("parameter %d", j)
          .isCloseTo(difference, within(scale * (20 * ULP / h + h * h)));
    }
  }

  /**
   * The plain form in double. A score is off by {@code scoreError}; slopes change at most {@code
   * steepness} times as much and are rounded; the gradient is a sum of n products in float.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsEqualThePlainDoubleForm(Case c) {
    int n = c.block.rows();
    int d = c.schema.features();
    int outputs = c.model.outputs(c.schema);
    float[] params = GlmData.params(c.size(), KEY.child(4).generator());
    GradientSum sum = c.sum(params, 0, n);
    double[] expected = new double[c.size()];
    double[] bound = new double[c.size()];
    double lossSum = 0;
    for (int i = 0; i < n; i++) {
      float[] slopes = new float[outputs];
      double scoreError = GlmData.scores(c.block, params, i, slopes);
      float[] scores = slopes.clone();
      float[] weight = {c.block.weight(i)};
      lossSum += c.model.loss().slopes(slopes, 0, outputs, c.block.labels(), i, weight, 1);
      for (int o = 0; o < outputs; o++) {
        double steepness = weight[0] * Math.max(1, 1.01 * Math.exp(scores[o]));
        double slopeError = steepness * scoreError + 2 * ULP * Math.abs(slopes[o]);
        for (int j = 0; j <= d; j++) {
          double x = j < d ? GlmData.at(c.block.features(), i, j) : 1;
          int p = j < d ? o * d + j : outputs * d + o;
          expected[p] += slopes[o] * x;
          bound[p] += Math.abs(x) * slopeError + n * ULP * Math.abs(slopes[o] * x);
        }
      }
    }
    assertThat(sum.lossSums()[0]).isCloseTo(lossSum, within(n * 100 * (double) ULP));
    for (int p = 0; p < expected.length; p++) {
      assertThat((double) sum.gradients()[p])
          .as("parameter %d", p)
          .isCloseTo(expected[p], within(bound[p]));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void predictionsAreScoresOfEachMemberWithBiasAndOffset(Case c) {
    int members = 3;
    int outputs = c.model.outputs(c.schema);
    Batch batch = new Batch(c.block, 5, 140);
    float[] params = GlmData.params(members * c.size(), KEY.child(5).generator());
    float[] scores = new float[members * batch.rows() * outputs];
    try (Replica replica = c.model.open(c.schema)) {
      replica.predict(new Parameters(members, c.size(), params), batch, scores);
    }
    float[] expected = new float[outputs];
    for (int k = 0; k < members; k++) {
      float[] member = Arrays.copyOfRange(params, k * c.size(), (k + 1) * c.size());
      for (int i = 0; i < batch.rows(); i++) {
        double error = GlmData.scores(c.block, member, 5 + i, expected);
        for (int o = 0; o < outputs; o++) {
          assertThat(scores[(k * batch.rows() + i) * outputs + o])
              .isCloseTo(expected[o], within((float) error));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void splittingABatchKeepsTheGradient(Case c) {
    float[] params = GlmData.params(c.size(), KEY.child(2).generator());
    GradientSum whole = c.sum(params, 0, 150);
    GradientSum parts = c.sum(params, 0, 37).add(c.sum(params, 37, 150));
    assertThat(parts.weightSums()[0]).isCloseTo(whole.weightSums()[0], within(150 * 0x1p-50));
    assertThat(parts.lossSums()[0]).isCloseTo(whole.lossSums()[0], within(150 * 10 * 0x1p-50));
    for (int j = 0; j < c.size(); j++) {
      assertThat(parts.gradients()[j]).isCloseTo(whole.gradients()[j], within(150 * 10 * ULP));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aMemberHasTheSameBitsInAnyCohort(Case c) {
    for (int members : new int[] {1, 3, 4, 27}) {
      float[] params = GlmData.params(members * c.size(), KEY.child(3).generator());
      GradientSum together = c.sum(params, 3, 149);
      for (int k = 0; k < members; k++) {
        int from = k * c.size();
        int to = from + c.size();
        GradientSum alone = c.sum(Arrays.copyOfRange(params, from, to), 3, 149);
        assertThat(Arrays.copyOfRange(together.gradients(), from, to)).isEqualTo(alone.gradients());
        assertThat(together.lossSums()[k]).isEqualTo(alone.lossSums()[0]);
        assertThat(together.weightSums()[k]).isEqualTo(alone.weightSums()[0]);
      }
    }
  }

  /**
   * Dense and sparse blocks of one sum, so that gradients kept aside meet gradients that are not.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void blocksOfASumThatWasBegunGiveTheBitsOfBlocksOneByOne(Case c) {
    boolean sparse = c.block.features() instanceof SparseRows;
    Block other = GlmData.block(c.model, c.schema, 70, !sparse, false, KEY.child(6).generator());
    for (int members : new int[] {1, 3, 4, 27}) {
      float[] values = GlmData.params(members * c.size(), KEY.child(7).generator());
      Parameters params = new Parameters(members, c.size(), values);
      for (boolean wide : new boolean[] {false, true}) {
        GradientSum begun = new GradientSum(members, c.size(), wide);
        GradientSum single = new GradientSum(members, c.size(), wide);
        try (Replica keeping = c.model.open(c.schema);
            Replica plain = c.model.open(c.schema)) {
          keeping.begin(new GradientSum(members, c.size(), wide));
          keeping.accumulate(
              params, Batch.of(c.block), KEY, new GradientSum(members, c.size(), wide));
          keeping.begin(begun);
          for (Batch batch :
              List.of(
                  new Batch(c.block, 1, 2),
                  new Batch(c.block, 2, 150),
                  new Batch(c.block, 0, 90),
                  Batch.of(other),
                  new Batch(c.block, 90, 150))) {
            keeping.accumulate(params, batch, KEY, begun);
            begun.closeBlock();
            plain.accumulate(params, batch, KEY, single);
            single.closeBlock();
          }
          keeping.finish(begun);
        }
        assertThat(begun.gradients()).isEqualTo(single.gradients());
        assertThat(begun.totals()).isEqualTo(single.totals());
        assertThat(begun.lossSums()).isEqualTo(single.lossSums());
      }
    }
  }
}
