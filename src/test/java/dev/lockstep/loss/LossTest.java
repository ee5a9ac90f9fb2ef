package dev.lockstep.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
  private static final int[] SIZES = {1, 2, 7, 8, 9, 63, 64, 65, 1021};
  private static final double FLOAT_ULP = 0x1p-23;
  private static final double DOUBLE_ULP = 0x1p-52;

  /** The loss of one row, written as plainly as can be. */
  interface Naive {
    double loss(double[] scores, double[] labels);
  }

  /** A loss, its naive form and the slope of the latter. */
  record Case(Loss loss, int outputs, Naive naive, Naive firstSlope, List<Float> labels) {
    @Override
    public String toString() {
      return loss + " " + outputs;
    }
  }

  static Stream<Case> cases() {
    List<Float> numbers = List.of(-1.5f, 0f, 0.25f, 3f, 70f);
    List<Float> counts = List.of(0f, 1f, 2.5f, 9f);
    List<Float> binary = List.of(0f, 1f);
    List<Float> classes = List.of(0f, 1f, 2f, 3f);
    return Stream.of(
        new Case(new SquaredLoss(), 1, LossTest::squared, (s, y) -> s[0] - y[0], numbers),
        new Case(new SquaredLoss(), 3, LossTest::squared, (s, y) -> s[0] - y[0], numbers),
        new Case(
            new LogisticLoss(),
            1,
            (s, y) -> Math.max(signed(s, y), 0) + log1pExp(-Math.abs(signed(s, y))),
            (s, y) -> (1 - 2 * y[0]) / (1 + StrictMath.exp(-signed(s, y))),
            binary),
        new Case(new SoftmaxLoss(), 4, LossTest::softmax, LossTest::softmaxSlope, classes),
        new Case(new NextTokenLoss(), 4, LossTest::softmax, LossTest::softmaxSlope, classes),
        new Case(
            new PoissonLoss(), 1, LossTest::poisson, (s, y) -> StrictMath.exp(s[0]) - y[0], counts),
        new Case(
            new PoissonLoss(), 2, LossTest::poisson, (s, y) -> StrictMath.exp(s[0]) - y[0], counts),
        new Case(
            new HuberLoss(1.5),
            2,
            (s, y) -> huber(s[0] - y[0]) + huber(s[1] - y[1]),
            (s, y) -> Math.max(-1.5, Math.min(1.5, s[0] - y[0])),
            numbers),
        new Case(
            new SoftmaxLoss(0.3),
            4,
            (s, y) -> 0.7 * softmax(s, y) + 0.3 * meanOverClasses(LossTest::softmax, s),
            (s, y) -> 0.7 * softmaxSlope(s, y) + 0.3 * meanOverClasses(LossTest::softmaxSlope, s),
            classes),
        new Case(
            new MeanSquaredLoss(),
            3,
            (s, y) -> 2 * squared(s, y) / 3,
            (s, y) -> 2 * (s[0] - y[0]) / 3,
            numbers),
        new Case(
            new MeanAbsoluteLoss(),
            2,
            (s, y) -> (Math.abs(s[0] - y[0]) + Math.abs(s[1] - y[1])) / 2,
            (s, y) -> Math.signum(s[0] - y[0]) / 2,
            numbers),
        new Case(
            new MeanHuberLoss(1.5),
            2,
            (s, y) -> (huber(s[0] - y[0]) + huber(s[1] - y[1])) / 2,
            (s, y) -> Math.max(-1.5, Math.min(1.5, s[0] - y[0])) / 2,
            numbers),
        new Case(
            new LogCoshLoss(),
            2,
            (s, y) -> logCosh(s[0] - y[0]) + logCosh(s[1] - y[1]),
            (s, y) -> StrictMath.tanh(s[0] - y[0]),
            numbers),
        new Case(
            new MeanLogCoshLoss(),
            2,
            (s, y) -> (logCosh(s[0] - y[0]) + logCosh(s[1] - y[1])) / 2,
            (s, y) -> StrictMath.tanh(s[0] - y[0]) / 2,
            numbers),
        new Case(
            new HingeLoss(false),
            1,
            (s, y) -> Math.max(0, 1 + signed(s, y)),
            (s, y) -> 1 + signed(s, y) > 0 ? 1 - 2 * y[0] : 0,
            binary),
        new Case(
            new HingeLoss(true),
            1,
            (s, y) -> StrictMath.pow(Math.max(0, 1 + signed(s, y)), 2),
            (s, y) -> 2 * (1 - 2 * y[0]) * Math.max(0, 1 + signed(s, y)),
            binary));
  }

  private static double signed(double[] s, double[] y) {
    return (1 - 2 * y[0]) * s[0];
  }

  private static double log1pExp(double z) {
    return StrictMath.log1p(StrictMath.exp(z));
  }

  private static double squared(double[] s, double[] y) {
    double sum = 0;
    for (int o = 0; o < s.length; o++) {
      sum += 0.5 * (s[o] - y[o]) * (s[o] - y[o]);
    }
    return sum;
  }

  private static double poisson(double[] s, double[] y) {
    double sum = 0;
    for (int o = 0; o < s.length; o++) {
      sum += StrictMath.exp(s[o]) - y[o] * s[o];
    }
    return sum;
  }

  private static double huber(double e) {
    return Math.abs(e) <= 1.5 ? 0.5 * e * e : 1.5 * (Math.abs(e) - 0.75);
  }

  private static double logCosh(double e) {
    return Math.abs(e) + log1pExp(-2 * Math.abs(e)) - StrictMath.log(2);
  }

  private static double softmax(double[] s, double[] y) {
    double sum = 0;
    for (double score : s) {
      sum += StrictMath.exp(score - s[(int) y[0]]);
    }
    return StrictMath.log(sum);
  }

  private static double softmaxSlope(double[] s, double[] y) {
    double sum = 0;
    for (double score : s) {
      sum += StrictMath.exp(score - s[0]);
    }
    return 1 / sum - (y[0] == 0 ? 1 : 0);
  }

  /** What a loss or slope is on average if every class is the label once. */
  private static double meanOverClasses(Naive naive, double[] s) {
    double sum = 0;
    for (int c = 0; c < s.length; c++) {
      sum += naive.loss(s, new double[] {c});
    }
    return sum / s.length;
  }

  private static int labelWidth(Loss loss, int outputs) {
    boolean oneOfMany = loss.task() == Loss.Task.MULTICLASS || loss.task() == Loss.Task.NEXT_TOKEN;
    return oneOfMany ? 1 : outputs;
  }

  /**
   * Row losses are good to some ulp of their largest term, log losses and squared errors to 2 ulp
   * of float; n of them add up.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void lossesAndSlopesEqualThePlainDoubleForm(Case c) {
    for (int n : SIZES) {
      RandomGenerator random = RandomKey.of(5).child(n).generator();
      int width = labelWidth(c.loss, c.outputs);
      int labelRow = 3;
      float[] scores = new float[n * c.outputs];
      float[] labels = new float[(n + labelRow) * width];
      float[] weights = new float[n];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (float) random.nextGaussian() * (i % 7 == 0 ? 20 : 2);
      }
      for (int i = 0; i < labels.length; i++) {
        labels[i] = c.labels.get(random.nextInt(c.labels.size()));
      }
      double lossSum = 0;
      double size = 0;
      double[] slopes = new double[n];
      for (int i = 0; i < n; i++) {
        weights[i] = i % 4 == 3 ? 0 : (float) random.nextDouble(3);
        double[] s = doubles(scores, i * c.outputs, c.outputs);
        double[] y = doubles(labels, (i + labelRow) * width, width);
        lossSum += weights[i] * c.naive.loss(s, y);
        size += weights[i] * (Math.abs(c.naive.loss(s, y)) + 50 * 70);
        slopes[i] = weights[i] * c.firstSlope.loss(s, y);
      }
      float[] among = new float[3 + scores.length + 2];
      Arrays.fill(among, 7f);
      System.arraycopy(scores, 0, among, 3, scores.length);
      double sum = c.loss.slopes(scores, 0, c.outputs, labels, labelRow, weights, n);
      double sameSum = c.loss.slopes(among, 3, c.outputs, labels, labelRow, weights, n);
      assertThat((Double) sameSum).isEqualTo((Double) sum);
      assertThat(Arrays.copyOfRange(among, 3, 3 + scores.length)).isEqualTo(scores);
      assertThat(among).startsWith(7f, 7f, 7f).endsWith(7f, 7f);
      boolean inFloat = c.loss instanceof LogisticLoss || c.loss instanceof SquaredLoss;
      double ofFloats = inFloat ? 2 * FLOAT_ULP * lossSum : 0;
      assertThat(sum).isCloseTo(lossSum, within(size * (8 + n) * DOUBLE_ULP + ofFloats));
      for (int i = 0; i < n; i++) {
        // The slope is rounded to float at most three times; a difference loses what s + y has.
        double rounded = 2 * FLOAT_ULP * Math.abs(slopes[i]) + 100 * DOUBLE_ULP * weights[i];
        assertThat((double) scores[i * c.outputs]).isCloseTo(slopes[i], within(rounded));
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
  @MethodSource("cases")
  void rowsOfNoWeightAddNothingEvenWhereTheyAreInfinite(Case c) {
    float[] scores = new float[c.outputs];
    Arrays.fill(scores, Float.POSITIVE_INFINITY);
    float[] labels = new float[c.outputs];
    assertThat(c.loss.slopes(scores, 0, c.outputs, labels, 0, new float[1], 1)).isZero();
    assertThat(scores).containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aScoreThatIsNoNumberShowsInTheLoss(Case c) {
    float[] scores = new float[c.outputs];
    Arrays.fill(scores, Float.NaN);
    float[] labels = new float[c.outputs];
    assertThat(c.loss.slopes(scores, 0, c.outputs, labels, 0, new float[] {1}, 1)).isNaN();
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
    Set<Class<?>> among = cases().map(c -> c.loss.getClass()).collect(Collectors.toSet());
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
