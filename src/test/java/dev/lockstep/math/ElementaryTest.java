package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ElementaryTest {
  private static final int SAMPLES = 200_000;
  private static final double MOST_ULPS = 2;

  /** The largest error in ulp over samples spread evenly, and over their exponents, in a range. */
  private static double worst(
      DoubleUnaryOperator ours, DoubleUnaryOperator strict, double from, double to) {
    RandomKey key = RandomKey.of(11);
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double even = from + (to - from) * key.uniform(2L * i);
      double small = even * StrictMath.pow(2, -60 * key.uniform(2L * i + 1));
      for (double x : new double[] {even, small}) {
        if (x >= from && x <= to) {
          double expected = strict.applyAsDouble(x);
          double error = Math.abs(ours.applyAsDouble(x) - expected) / Math.ulp(expected);
          worst = Math.max(worst, error);
        }
      }
    }
    return worst;
  }

  @Test
  void expIsWithinTwoUlp() {
    assertThat(worst(Elementary::exp, StrictMath::exp, -708, 709.78))
        .isLessThanOrEqualTo(MOST_ULPS);
    assertThat(worst(Elementary::exp, StrictMath::exp, -1, 1)).isLessThanOrEqualTo(MOST_ULPS);
  }

  @Test
  void expKeepsTheEndsOfItsRange() {
    assertThat(Elementary.exp(0)).isEqualTo(1);
    assertThat(Elementary.exp(-708)).isGreaterThan(Double.MIN_NORMAL);
    assertThat(Elementary.exp(Math.nextDown(-708))).isZero();
    assertThat(Elementary.exp(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Elementary.exp(709.782712893384)).isFinite();
    assertThat(Elementary.exp(Math.nextUp(709.782712893384))).isInfinite();
    assertThat(Elementary.exp(Double.POSITIVE_INFINITY)).isInfinite();
    assertThat(Elementary.exp(Double.NaN)).isNaN();
  }

  @Test
  void logIsWithinTwoUlp() {
    assertThat(worst(Elementary::log, StrictMath::log, Double.MIN_NORMAL, 1e300))
        .isLessThanOrEqualTo(MOST_ULPS);
    assertThat(worst(Elementary::log, StrictMath::log, 0.5, 2)).isLessThanOrEqualTo(MOST_ULPS);
    assertThat(Elementary.log(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Elementary.log(-1)).isNaN();
    assertThat(Elementary.log(Double.MIN_VALUE)).isEqualTo(StrictMath.log(Double.MIN_VALUE));
  }

  @Test
  void log1pIsWithinTwoUlp() {
    assertThat(worst(Elementary::log1p, StrictMath::log1p, -0.9, 2)).isLessThanOrEqualTo(MOST_ULPS);
    assertThat(worst(Elementary::log1p, StrictMath::log1p, 0, 1e15)).isLessThanOrEqualTo(MOST_ULPS);
  }

  @Test
  void tanhIsWithinTwoUlp() {
    for (double most : new double[] {0.2, 0.6, 2, 25}) {
      assertThat(worst(Elementary::tanh, StrictMath::tanh, -most, most))
          .isLessThanOrEqualTo(MOST_ULPS);
    }
    assertThat((Double) Elementary.tanh(-0.0)).isEqualTo((Double) (-0.0));
    assertThat(Elementary.tanh(22)).isEqualTo(1);
    assertThat(Elementary.tanh(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
  }

  @Test
  void edgesAreThoseOfStrictMath() {
    double[] edges = {
      0.0,
      -0.0,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Double.MIN_NORMAL,
      0x1p-54,
      -0x1p-54,
      Math.nextDown(1.0),
      1,
      Math.nextUp(1.0),
      Math.nextUp(-1.0),
      Double.MAX_VALUE,
      Double.POSITIVE_INFINITY,
      Double.NaN
    };
    for (double x : edges) {
      near("log1p", Elementary.log1p(x), StrictMath.log1p(x), x);
      near("log", Elementary.log(x), StrictMath.log(x), x);
      near("exp", Elementary.exp(x), StrictMath.exp(x), x);
      near("tanh", Elementary.tanh(x), StrictMath.tanh(x), x);
      near("tanh", Elementary.tanh(-x), StrictMath.tanh(-x), -x);
    }
    assertThat(Elementary.log1p(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Elementary.log1p(-2)).isNaN();
    assertThat(Elementary.sigmoid(Double.NaN)).isNaN();
    assertThat(Elementary.sigmoid(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Elementary.sigmoid(Double.POSITIVE_INFINITY)).isEqualTo(1);
  }

  private static void near(String name, double found, double expected, double x) {
    if (Double.isFinite(expected)) {
      assertThat(Math.abs(found - expected))
          .as("%s(%s)", name, x)
          .isLessThanOrEqualTo(MOST_ULPS * Math.ulp(expected));
    } else {
      assertThat((Double) found).as("%s(%s)", name, x).isEqualTo((Double) expected);
    }
  }

  @Test
  void sigmoidIsWithinThreeUlpOfItsParts() {
    double sigmoid =
        worst(
            Elementary::sigmoid,
            z -> z > 0 ? 1 / (1 + StrictMath.exp(-z)) : StrictMath.exp(z) / (1 + StrictMath.exp(z)),
            -700,
            700);
    assertThat(sigmoid).isLessThanOrEqualTo(3);
  }
}
