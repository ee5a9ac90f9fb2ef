package dev.lockstep.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogCoshLossTest {
  private static final double FLOAT_ULP = 0x1p-23;
  private static final double DOUBLE_ULP = 0x1p-52;
  private static final LogCoshLoss LOSS = new LogCoshLoss();

  private static double loss(float error) {
    return LOSS.slopes(new float[] {error}, 0, 1, new float[1], 0, new float[] {1}, 1);
  }

  /** What the power series leaves out is below e^6 / 40 of the whole. */
  @Test
  void smallErrorsKeepTheirPrecision() {
    for (float e : new float[] {0, 1e-18f, -1e-8f, 1e-4f, -0.0025f}) {
      double square = (double) e * e;
      double expected = square / 2 - square * square / 12 + square * square * square / 45;
      assertThat(loss(e)).isCloseTo(expected, within(expected * 8 * DOUBLE_ULP));
    }
  }

  @Test
  void largeErrorsCountByThemselves() {
    double log2 = StrictMath.log(2);
    assertThat(loss(30)).isCloseTo(30 - log2, within(30 * DOUBLE_ULP));
    assertThat(loss(Float.MAX_VALUE)).isEqualTo(Float.MAX_VALUE);
    assertThat(loss(Float.NEGATIVE_INFINITY)).isInfinite();
  }

  /** Both forms of the loss meet where the tangent is a half. */
  @Test
  void theLossIsEvenAndEqualsItsDefinition() {
    for (float e = 0.0625f; e < 12; e += 0.015625f) {
      double expected = StrictMath.log(StrictMath.cosh(e));
      assertThat(loss(e)).isCloseTo(expected, within(8 * DOUBLE_ULP * Math.max(1, expected)));
      assertThat(loss(-e)).isEqualTo(loss(e));
    }
  }

  @Test
  void theSlopeIsTheDifferenceOfValues() {
    float step = 0x1p-7f;
    for (float e = -6; e <= 6; e += 0.125f) {
      float[] slope = {e};
      LOSS.slopes(slope, 0, 1, new float[1], 0, new float[] {1}, 1);
      double difference = (loss(e + step) - loss(e - step)) / (2 * step);
      // The third derivative is at most 0.77: a sixth of it times the step's square remains.
      assertThat(difference).isCloseTo(slope[0], within(0.77 / 6 * step * step + FLOAT_ULP));
    }
  }
}
