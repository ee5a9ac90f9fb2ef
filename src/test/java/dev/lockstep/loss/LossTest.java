package dev.lockstep.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
  private static final int[] SIZES = {1, 2, 7, 8, 9, 63, 64, 65, 1021};
  private static final double FLOAT_ULP = 0x1p-23;
  private static final double DOUBLE_ULP = 0x1p-52;

  private static int labelWidth(Loss loss, int outputs) {
    boolean oneOfMany = loss.task() == Loss.Task.MULTICLASS || loss.task() == Loss.Task.NEXT_TOKEN;
    return oneOfMany ? 1 : outputs;
  }

  /**
   * Row losses are good to some ulp of their largest term, log losses and squared errors to 2 ulp
   * of float; n of them add up.
   */
  @ParameterizedTest
  @MethodSource("dev.lockstep.loss.LossCases#all")
  void lossesAndSlopesEqualThePlainDoubleForm(LossCases.Case c) {
    for (int n : SIZES) {
      RandomGenerator random = RandomKey.of(5).child(n).generator();
      int width = labelWidth(c.loss(), c.outputs());
      int labelRow = 3;
      float[] scores = new float[n * c.outputs()];
      float[] labels = new float[(n + labelRow) * width];
      float[] weights = new float[n];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (float) random.nextGaussian() * (i % 7 == 0 ? 20 : 2);
      }
      for (int i = 0; i < labels.length; i++) {
        labels[i] = c.labels().get(random.nextInt(c.labels().size()));
      }
      double lossSum = 0;
      double size = 0;
      double[] slopes = new double[n];
      for (int i = 0; i < n; i++) {
        weights[i] = i % 4 == 3 ? 0 : (float) random.nextDouble(3);
        double[] s = doubles(scores, i * c.outputs(), c.outputs());
        double[] y = doubles(labels, (i + labelRow) * width, width);
        lossSum += weights[i] * c.naive().loss(s, y);
        size += weights[i] * (Math.abs(c.naive().loss(s, y)) + 50 * 70);
        slopes[i] = weights[i] * c.firstSlope().loss(s, y);
      }
      float[] among = new float[3 + scores.length + 2];
      Arrays.fill(among, 7f);
      System.arraycopy(scores, 0, among, 3, scores.length);
      double sum = c.loss().slopes(scores, 0, c.outputs(), labels, labelRow, weights, n);
      double sameSum = c.loss().slopes(among, 3, c.outputs(), labels, labelRow, weights, n);
      assertThat((Double) sameSum).isEqualTo((Double) sum);
      assertThat(Arrays.copyOfRange(among, 3, 3 + scores.length)).isEqualTo(scores);
      assertThat(among).startsWith(7f, 7f, 7f).endsWith(7f, 7f);
      boolean inFloat = c.loss() instanceof LogisticLoss || c.loss() instanceof SquaredLoss;
      double ofFloats = inFloat ? 2 * FLOAT_ULP * lossSum : 0;
      assertThat(sum).isCloseTo(lossSum, within(size * (8 + n) * DOUBLE_ULP + ofFloats));
      for (int i = 0; i < n; i++) {
        // The slope is rounded to float at most three times; a difference loses what s + y has.
        double rounded = 2 * FLOAT_ULP * Math.abs(slopes[i]) + 100 * DOUBLE_ULP * weights[i];
        assertThat((double) scores[i * c.outputs()]).isCloseTo(slopes[i], within(rounded));
      }
    }
  }

  private static double[] doubles(float[] values, int from, int count) {
    double[] found = new double[count];
    for (int i = 0; i < count; i++) {
      found[i] = values[from + i];
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.loss.LossCases#all")
  void rowsOfNoWeightAddNothingEvenWhereTheyAreInfinite(LossCases.Case c) {
    float[] scores = new float[c.outputs()];
    Arrays.fill(scores, Float.POSITIVE_INFINITY);
    float[] labels = new float[c.outputs()];
    assertThat(c.loss().slopes(scores, 0, c.outputs(), labels, 0, new float[1], 1)).isZero();
    assertThat(scores).containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.loss.LossCases#all")
  void aScoreThatIsNoNumberShowsInTheLoss(LossCases.Case c) {
    float[] scores = new float[c.outputs()];
    Arrays.fill(scores, Float.NaN);
    float[] labels = new float[c.outputs()];
    assertThat(c.loss().slopes(scores, 0, c.outputs(), labels, 0, new float[] {1}, 1)).isNaN();
  }

  @Test
  void tailsOfTheLogLossKeepTheirPrecision() {
    float[] scores = {-80f, 80f, 40f};
    double loss =
        new LogisticLoss().slopes(scores, 0, 1, new float[] {0, 1, 1}, 0, new float[] {1, 1, 1}, 3);
    double expected = 2 * StrictMath.exp(-80) + StrictMath.exp(-40);
    assertThat(loss).isCloseTo(expected, within(expected * 2 * FLOAT_ULP));
    assertThat((double) scores[0])
        .isCloseTo(StrictMath.exp(-80), within(StrictMath.exp(-80) * FLOAT_ULP));
    assertThat((double) scores[2])
        .isCloseTo(-StrictMath.exp(-40), within(StrictMath.exp(-40) * FLOAT_ULP));
  }

  @Test
  void anOverflowingCountShowsInTheLoss() {
    float[] scores = {1000f};
    double loss = new PoissonLoss().slopes(scores, 0, 1, new float[] {1}, 0, new float[] {1}, 1);
    assertThat(loss).isInfinite();
  }

  @Test
  void predictionsAreProbabilitiesOrMeans() {
    float[] binary = {0f, 200f, -200f};
    new LogisticLoss().predictions(binary, 1, 3);
    assertThat(binary[0]).isEqualTo(0.5f);
    assertThat(binary[1]).isEqualTo(1f);
    assertThat(binary[2]).isBetween(0f, 1e-30f);
    float[] classes = {1000f, 1000f, 0f, 1f, 1f, 1f};
    new SoftmaxLoss().predictions(classes, 3, 2);
    assertThat(classes).containsExactly(0.5f, 0.5f, 0f, 1f / 3, 1f / 3, 1f / 3);
    float[] counts = {0f, 1f};
    new PoissonLoss().predictions(counts, 1, 2);
    assertThat(counts).containsExactly(1f, (float) Math.E);
  }

  @Test
  void everyLossThatARunFileNamesIsAmongTheCases() {
    Set<Class<?>> among = LossCases.all().map(c -> c.loss().getClass()).collect(Collectors.toSet());
    assertThat(among).containsAll(Losses.REGISTRY.kinds().values());
  }

  @Test
  void huberRefusesADeltaThatIsNotAboveZero() {
    for (double delta : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new HuberLoss(delta))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("delta must be above 0");
    }
  }
}
