package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {
  private static final Dims PLANES = Dims.of(8, 10, 10);

  /** Bounds as PyTorch's {@code nn.init} computes them for these shapes. */
  @ParameterizedTest
  @CsvSource({
    // 1 / sqrt(800); sqrt(6 / (800 + 300)); sqrt(2) sqrt(3 / 800)
    "DEFAULT, 0.0353553390593, 0.117851130198",
    "XAVIER, 0.0738548945876, 0.182574185835",
    "HE, 0.0866025403784, 0.288675134595"
  })
  void boundsAreThoseOfPyTorch(Init init, double ofDense, double ofConv) {
    check(new Dense(300, true, init), Dims.of(800), ofDense, init);
    // fan in 8 x 3 x 3 = 72, fan out 12 x 3 x 3 = 108
    Conv conv = new Conv(12, List.of(3), List.of(1), List.of(0), true, init);
    check(conv, PLANES, ofConv, init);
  }

  private static void check(Layer layer, Dims input, double bound, Init init) {
    Plan plan = Plan.of(List.of(layer), input);
    float[] params = new float[plan.layout().size()];
    plan.initialize(params, RandomKey.of(3).generator());
    int weights = plan.layout().slices().get(0).size();
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < weights; i++) {
      squares += params[i] * params[i];
      largest = Math.max(largest, Math.abs(params[i]));
    }
    // The mean of n squares of uniform draws has a deviation of 2 / sqrt(45 n) of bound^2.
    assertThat(squares / weights)
        .isCloseTo(bound * bound / 3, within(5 * 2 * bound * bound / Math.sqrt(45.0 * weights)));
    assertThat(largest).isBetween(0.98 * bound, bound * (1 + 0x1p-23));
    float[] biases = Arrays.copyOfRange(params, weights, params.length);
    if (init == Init.DEFAULT) {
      for (float bias : biases) {
        assertThat(Math.abs((double) bias)).isBetween(0x1p-40, bound * (1 + 0x1p-23));
      }
    } else {
      assertThat(biases).containsOnly(0f);
    }
  }

  @Test
  void theSameSeedStartsTheSame() {
    Plan plan = Plan.of(List.of(new Dense(5), new Norm(1e-5), new Dense(2)), Dims.of(3));
    float[] first = new float[plan.layout().size()];
    float[] second = new float[first.length];
    RandomGenerator random = RandomKey.of(4).generator();
    plan.initialize(first, random);
    plan.initialize(second, RandomKey.of(4).generator());
    assertThat(second).isEqualTo(first);
    plan.initialize(second, random);
    assertThat(second).isNotEqualTo(first);
    assertThat(Arrays.copyOfRange(first, 20, 25)).containsOnly(1f);
    assertThat(Arrays.copyOfRange(first, 25, 30)).containsOnly(0f);
  }
}
