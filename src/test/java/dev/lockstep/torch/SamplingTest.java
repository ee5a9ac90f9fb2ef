package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
  private static final RandomKey KEY = RandomKey.of(5).child("sampling");
  private static final int DRAWS = 20_000;

  /** The first two may never be drawn, though they are the likeliest. */
  private static final float[] SCORES = {9, 9, 1, 0, 2, -1};

  private static final int FIRST = 2;

  private static double[] shares(Sampling sampling) {
    double[] shares = new double[SCORES.length];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampling.draw(SCORES, FIRST, KEY, i)] += 1.0 / DRAWS;
    }
    return shares;
  }

  /** Five standard deviations of a share. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 1, 3})
  void tokensAreDrawnBySoftmaxOfTheirScores(double temperature) {
    double[] shares = shares(new Sampling(temperature, 0));
    double total = 0;
    for (int i = FIRST; i < SCORES.length; i++) {
      total += Math.exp(SCORES[i] / temperature);
    }
    for (int i = 0; i < SCORES.length; i++) {
      double share = i < FIRST ? 0 : Math.exp(SCORES[i] / temperature) / total;
      assertThat(shares[i]).isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / DRAWS)));
    }
  }

  @Test
  void topKLeavesTheOthersOut() {
    double[] two = shares(new Sampling(1, 2));
    assertThat(two[2] + two[4]).isCloseTo(1, within(1e-9));
    assertThat(two[2]).isPositive();
    assertThat(shares(new Sampling(3, 1))[4]).isCloseTo(1, within(1e-9));
    assertThat(shares(new Sampling(1, 99))).isEqualTo(shares(new Sampling(1, 0)));
  }

  @Test
  void withoutTemperatureTheLikeliestIsTaken() {
    assertThat(shares(new Sampling(0, 0))[4]).isCloseTo(1, within(1e-9));
    assertThat(new Sampling(0, 0).draw(new float[] {1, 1}, 0, KEY, 0)).isZero();
  }

  @Test
  void settingsOutsideTheirRangesAreRefused() {
    assertThatThrownBy(() -> new Sampling(-0.1, 0)).hasMessageContaining("temperature must be 0");
    assertThatThrownBy(() -> new Sampling(Double.NaN, 0)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> new Sampling(1, -1)).hasMessageContaining("top-k must be 0 or above");
  }
}
