package dev.lockstep.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DistillationTest {
  private static final int ROWS = 9;
  private static final int FIRST = 2;
  private static final double FLOAT_ULP = 0x1p-23;

  /** Rows of a loss with what a teacher says of them; every third has weight 0. */
  private record Case(Loss loss, int outputs, float[] scores, float[] labels, float[] taught) {
    static Case of(Loss loss) {
      int outputs = loss.task() == Loss.Task.BINARY ? 1 : 4;
      boolean classes = loss.task() == Loss.Task.MULTICLASS;
      RandomGenerator random = RandomKey.of(outputs).generator();
      float[] scores = new float[ROWS * outputs];
      float[] taught = new float[(FIRST + ROWS) * outputs];
      float[] labels = new float[(FIRST + ROWS) * (classes ? 1 : outputs)];
      for (int i = 0; i < taught.length; i++) {
        taught[i] = (float) random.nextGaussian() * 2;
      }
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (float) random.nextGaussian() * 2;
      }
      for (int i = 0; i < labels.length; i++) {
        labels[i] = Distillation.softens(loss) ? random.nextInt(classes ? outputs : 2) : i % 5;
      }
      return new Case(loss, outputs, scores, labels, taught);
    }

    double slopes(Distillation by, float[] written, float[] weights) {
      return by.slopes(loss, written, outputs, labels, FIRST, taught, weights, ROWS);
    }

    Case unlabelled() {
      float[] none = labels.clone();
      Arrays.fill(none, Float.NaN);
      return new Case(loss, outputs, scores, none, taught);
    }

    @Override
    public String toString() {
      return Losses.REGISTRY.kindOf(loss);
    }
  }

  static Stream<Case> cases() {
    return Losses.REGISTRY.kinds().keySet().stream()
        .map(Losses.REGISTRY::defaults)
        .filter(loss -> loss.task() != Loss.Task.NEXT_TOKEN)
        .map(Case::of);
  }

  private static float[] weights() {
    float[] weights = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      weights[i] = i % 3 == 2 ? 0 : 0.5f + i;
    }
    return weights;
  }

  /** Weights are below 9, third derivatives below e^7: a sixth of that times the step's square. */
  @ParameterizedTest
  @MethodSource("cases")
  void theSlopeIsTheDifferenceOfValues(Case rows) {
    Distillation by = new Distillation(3, 0.7);
    float[] slopes = rows.scores().clone();
    rows.slopes(by, slopes, weights());
    float step = 0x1p-10f;
    for (int i = 0; i < slopes.length; i++) {
      float[] above = rows.scores().clone();
      float[] below = rows.scores().clone();
      above[i] += step;
      below[i] -= step;
      double apart = (double) above[i] - below[i]; // before slopes are written there
      double difference =
          (rows.slopes(by, above, weights()) - rows.slopes(by, below, weights())) / apart;
      assertThat(slopes[i]).isCloseTo((float) difference, within(2e-3f));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void withoutAlphaTheLossIsThatOfTheLabels(Case rows) {
    float[] plain = rows.scores().clone();
    double lossSum =
        rows.loss().slopes(plain, 0, rows.outputs(), rows.labels(), FIRST, weights(), ROWS);
    float[] slopes = rows.scores().clone();
    assertThat(rows.slopes(new Distillation(2, 0), slopes, weights())).isEqualTo(lossSum);
    assertThat(slopes).containsExactly(plain, within(0f));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsWithoutALabelLearnFromTheTeacherAlone(Case rows) {
    Distillation half = new Distillation(2, 0.5);
    float[] slopes = rows.scores().clone();
    double lossSum = rows.unlabelled().slopes(half, slopes, weights());
    float[] alone = rows.scores().clone();
    double whole = rows.slopes(new Distillation(2, 1), alone, weights());
    assertThat(lossSum).isEqualTo(whole / 2);
    for (int i = 0; i < slopes.length; i++) {
      assertThat(slopes[i]).isEqualTo(alone[i] / 2);
    }
    assertThat(slopes).doesNotContain(Float.NaN);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsWithSomeOfTheirLabelsLearnFromTheTeacherAloneToo(Case rows) {
    Distillation half = new Distillation(2, 0.5);
    int width = rows.labels().length / (FIRST + ROWS);
    float[] expected = rows.scores().clone();
    double lossSum = rows.unlabelled().slopes(half, expected, weights());
    for (int missing = 0; missing < width; missing++) {
      float[] some = rows.labels().clone();
      for (int row = 0; row < FIRST + ROWS; row++) {
        some[row * width + missing] = Float.NaN;
      }
      Case partly = new Case(rows.loss(), rows.outputs(), rows.scores(), some, rows.taught());
      float[] slopes = rows.scores().clone();
      assertThat(partly.slopes(half, slopes, weights())).isEqualTo(lossSum);
      assertThat(slopes).containsExactly(expected, within(0f));
    }
  }

  @Test
  void whoAgreesWithItsTeacherHasNothingToLearn() {
    for (Loss loss : new Loss[] {new SoftmaxLoss(), new LogisticLoss()}) {
      Case rows = Case.of(loss);
      float[] slopes =
          Arrays.copyOfRange(rows.taught(), FIRST * rows.outputs(), rows.taught().length);
      assertThat(rows.slopes(new Distillation(5, 1), slopes, weights())).isZero();
      assertThat(slopes).containsOnly(0f);
    }
  }

  /**
   * Slopes of one size at any temperature: far above the scores they are those of their squares.
   */
  @Test
  void aHighTemperatureComparesScores() {
    Case rows = Case.of(new SoftmaxLoss());
    float[] slopes = rows.scores().clone();
    rows.slopes(new Distillation(1e6, 1), slopes, weights());
    int k = rows.outputs();
    for (int i = 0; i < ROWS; i++) {
      double apart = 0;
      for (int o = 0; o < k; o++) {
        apart += (rows.scores()[i * k + o] - rows.taught()[(FIRST + i) * k + o]) / (double) k;
      }
      for (int o = 0; o < k; o++) {
        double own = rows.scores()[i * k + o] - rows.taught()[(FIRST + i) * k + o] - apart;
        double expected = weights()[i] * own / k;
        // The next term of the series is smaller by the scores over T, the rounding by e 1e6.
        assertThat((double) slopes[i * k + o])
            .isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
      }
    }
  }

  @Test
  void scoresFarApartStayFinite() {
    float[] slopes = {3e4f, -3e4f, 0};
    float[] taught = {-3e4f, 3e4f, 0};
    double lossSum =
        new Distillation(1, 1)
            .slopes(new SoftmaxLoss(), slopes, 3, new float[1], 0, taught, new float[] {1}, 1);
    assertThat(lossSum).isCloseTo(6e4, within(6e4 * FLOAT_ULP));
    assertThat(slopes).containsExactly(1, -1, 0);
  }

  @Test
  void refusesWhatIsNoTemperatureOrShare() {
    for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Distillation(temperature, 0.5))
          .hasMessage("temperature must be above 0, is " + temperature);
    }
    for (double alpha : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new Distillation(1, alpha))
          .hasMessage("alpha must be from 0 to 1, is " + alpha);
    }
  }
}
