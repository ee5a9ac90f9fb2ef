package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatesTest {
  private static float[] gaussian(int size) {
    var random = RandomKey.of(size).generator();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static GradientTransforms clip(Double norm, Double value) {
    return new GradientTransforms(Optional.ofNullable(norm), Optional.ofNullable(value), 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65, 1021})
  void normIsTheRootOfTheSumOfSquares(int size) {
    float[] gradient = gaussian(size);
    double sum = 0;
    for (float g : gradient) {
      sum += (double) g * g;
    }
    assertThat(Updates.norm(gradient)).isCloseTo(Math.sqrt(sum), within(size * 0x1.0p-52));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void normIsFiniteOnlyIfEveryCoordinateIs(float bad) {
    float[] largest = new float[65];
    Arrays.fill(largest, Float.MAX_VALUE);
    assertThat(Updates.norm(largest)).isFinite();
    for (int at : new int[] {0, 7, 63, 64}) {
      float[] gradient = gaussian(65);
      gradient[at] = bad;
      assertThat(Double.isFinite(Updates.norm(gradient))).isFalse();
    }
  }

  @Test
  void meanDividesASumFromItsOffset() {
    float[] mean = new float[2];
    Updates.mean(new float[] {9, 9, 6, 3}, 2, 3, mean);
    assertThat(mean).containsExactly(2, 1);
    Updates.mean(new double[] {9, 9, 6, 3}, 1, 3, mean);
    assertThat(mean).containsExactly(3, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 1021, Sweep.CHUNK + 5})
  void meanAndNormInOneSweepAreTheMeanAndItsNorm(int size) {
    float[] sums = gaussian(size + 3);
    float[] expected = new float[size];
    Updates.mean(sums, 3, 7.5, expected);
    float[] mean = new float[size];
    double norm = Updates.meanAndNorm(sums, 3, 7.5, mean);
    assertThat(mean).isEqualTo(expected);
    assertThat(norm).isEqualTo(Updates.norm(expected));
  }

  @Test
  void theNormOfALongVectorIsTheSumOfItsChunksInOrderOnAnyNumberOfCores() throws Exception {
    float[] values = gaussian(2 * Sweep.CHUNK + 13);
    double sum = FixedSums.squares(values, 0, Sweep.CHUNK);
    sum += FixedSums.squares(values, Sweep.CHUNK, 2 * Sweep.CHUNK);
    sum += FixedSums.squares(values, 2 * Sweep.CHUNK, values.length);
    for (int cores : new int[] {1, 3}) {
      ForkJoinPool pool = new ForkJoinPool(cores);
      try {
        assertThat(pool.submit(() -> Updates.norm(values)).get()).isEqualTo(Math.sqrt(sum));
      } finally {
        pool.shutdown();
      }
    }
  }

  static Stream<GradientRule> rules() {
    return Optimizers.REGISTRY.kinds().keySet().stream()
        .map(Optimizers.REGISTRY::defaults)
        .filter(GradientRule.class::isInstance)
        .map(GradientRule.class::cast);
  }

  /** 300,000 coordinates are swept by several cores. */
  @ParameterizedTest
  @MethodSource("rules")
  void oneSweepHasTheBitsOfTheStepsParts(GradientRule rule) {
    for (int size : new int[] {11, 300_000}) {
      Layout layout = Layout.empty().with("weight", true, size - 10).with("bias", false, 10);
      double l1 = rule.supportsL1() ? 0.01 : 0;
      Update whole = Update.first(rule, gaussian(size), layout, l1);
      Update parts = Update.first(rule, gaussian(size), layout, l1);
      for (int step = 1; step <= 2; step++) {
        float[] gradient = gaussian(size + step);
        System.arraycopy(gradient, 0, whole.gradient(), 0, size);
        System.arraycopy(gradient, 0, parts.gradient(), 0, size);
        double norm = Updates.norm(whole.gradient());
        Updates.take(rule, whole.at(step, 0.1), norm, clip(1.0, 2.0), 0.05);
        Update now = parts.at(step, 0.1);
        Updates.clip(now.gradient(), norm, clip(1.0, 2.0));
        Updates.addL2(now, 0.05);
        Updates.step(rule, now);
        Updates.shrink(rule, now);
      }
      assertThat(whole.params()).isEqualTo(parts.params());
      assertThat(whole.slots()).isDeepEqualTo(parts.slots());
    }
  }

  /**
   * Weights, something frozen, biases, a buffer: 300,000 coordinates are swept by several cores.
   */
  @ParameterizedTest
  @MethodSource("rules")
  void whatIsNotTrainedTakesNoPartInAStep(GradientRule rule) {
    for (int size : new int[] {16, 300_000}) {
      Layout bare = Layout.empty().with("weight", true, size).with("bias", false, 3);
      Layout all =
          Layout.empty()
              .with("weight", true, size)
              .with("frozen", Role.FROZEN, 5)
              .with("bias", false, 3)
              .with("buffer", Role.BUFFER, 4);
      double l1 = rule.supportsL1() ? 0.01 : 0;
      Update expected = Update.first(rule, gaussian(size + 3), bare, l1);
      float[] start = spread(expected.params(), size, 2);
      start[size] = -0f;
      Update found = Update.first(rule, start.clone(), all, l1);
      for (int step = 1; step <= 3; step++) {
        System.arraycopy(gaussian(size + 3), 0, expected.gradient(), 0, size + 3);
        float[] gradient = spread(expected.gradient(), size, 0.25f);
        gradient[size + step] = Float.NaN;
        System.arraycopy(gradient, 0, found.gradient(), 0, gradient.length);
        double norm = Updates.norm(found);
        assertThat(norm).isEqualTo(Updates.norm(expected.gradient()));
        Updates.take(rule, expected.at(step, 0.1), norm, clip(1.0, 2.0), 0.05);
        Updates.take(rule, found.at(step, 0.1), norm, clip(1.0, 2.0), 0.05);
      }
      float[] wanted = spread(expected.params(), size, 2);
      wanted[size] = -0f;
      Arrays.fill(wanted, size + 8, size + 12, 2.75f);
      assertThat(found.params()).isEqualTo(wanted);
      for (int slot = 0; slot < rule.slots(); slot++) {
        float[] slots = spread(expected.slots()[slot], size, rule.slotStart());
        assertThat(found.slots()[slot]).isEqualTo(slots);
      }
    }
  }

  /** Weights and biases with five values between them and four behind. */
  private static float[] spread(float[] trained, int weights, float between) {
    float[] all = new float[trained.length + 9];
    Arrays.fill(all, between);
    System.arraycopy(trained, 0, all, 0, weights);
    System.arraycopy(trained, weights, all, weights + 5, trained.length - weights);
    return all;
  }

  @Test
  void aBufferThatLeavesTheFiniteNumbersIsSeenInTheNorm() {
    Layout layout = Layout.empty().with("weight", true, 1).with("buffer", Role.BUFFER, 2);
    Update update = Update.first(Gd.DEFAULTS, new float[3], layout, 0);
    System.arraycopy(new float[] {3, 100, 100}, 0, update.gradient(), 0, 3);
    assertThat(Updates.norm(update)).isEqualTo(3);
    update.gradient()[2] = Float.POSITIVE_INFINITY;
    assertThat(Updates.norm(update)).isInfinite();
  }

  @Test
  void clippingByNormScalesOnlyWhatIsLonger() {
    float[] gradient = {3, 4};
    Updates.clip(gradient, 5, clip(10.0, null));
    assertThat(gradient).containsExactly(3, 4);
    Updates.clip(gradient, 5, clip(1.0, null));
    assertThat(gradient).containsExactly(new float[] {0.6f, 0.8f}, within(1e-6f));
  }

  @Test
  void clippingByValueComesBeforeClippingByNorm() {
    float[] gradient = {-30, 0.5f, 4};
    Updates.clip(gradient, Updates.norm(gradient), clip(null, 4.0));
    assertThat(gradient).containsExactly(-4, 0.5f, 4);
    float[] both = {30, 40};
    Updates.clip(both, 50, clip(1.0, 3.0));
    float half = (float) Math.sqrt(0.5);
    assertThat(both).containsExactly(new float[] {half, half}, within(1e-6f));
  }

  @Test
  void l2AndL1TouchPenalizedSlicesOnly() {
    Layout layout = Layout.empty().with("weight", true, 2).with("bias", false, 1);
    Update update = Update.first(Gd.DEFAULTS, new float[] {2, -1, 3}, layout, 0.5);
    Updates.addL2(update, 0.1);
    assertThat(update.gradient()).containsExactly(0.2f, -0.1f, 0);
    Arrays.fill(update.rates(), 1);
    Updates.shrink(Gd.DEFAULTS, update);
    assertThat(update.params()).containsExactly(1.5f, -0.5f, 3);
    Updates.shrink(Gd.DEFAULTS, update);
    Updates.shrink(Gd.DEFAULTS, update);
    assertThat(update.params()).containsExactly(0.5f, 0, 3);
  }

  @Test
  void penaltyIsThatOfTheObjective() {
    Layout layout = Layout.empty().with("weight", true, 2).with("bias", false, 1);
    double penalty = Updates.penalty(new float[] {9, 2, -1, 3}, 1, layout, 0.5, 0.1);
    assertThat(penalty).isCloseTo(0.5 * 3 + 0.05 * 5, within(1e-15));
  }

  @Test
  void anElasticNetIsWrittenInEitherForm() {
    Regularization net =
        new Regularization(Optional.empty(), Optional.empty(), Optional.of(0.5), Optional.of(0.25));
    assertThat(net.l1Weight()).isEqualTo(0.125);
    assertThat(net.l2Weight()).isEqualTo(0.375);
    assertThat(Regularization.of(0.1, 0.2).l1Weight()).isEqualTo(0.1);
    assertThat(Regularization.of(0.1, 0.2).l2Weight()).isEqualTo(0.2);
    assertThat(Regularization.DEFAULTS.l1Weight() + Regularization.DEFAULTS.l2Weight()).isZero();
  }

  @Test
  void mixedAndIllegalRegularizationIsRefused() {
    Optional<Double> none = Optional.empty();
    assertThatThrownBy(() -> Regularization.of(-1, 0)).hasMessage("l1 must be 0 or above, is -1");
    assertThatThrownBy(() -> new Regularization(none, Optional.of(0.1), Optional.of(1.0), none))
        .hasMessageContaining("strength 1 stands beside l2 0.1");
    assertThatThrownBy(() -> new Regularization(none, none, none, Optional.of(0.5)))
        .hasMessageContaining("l1_ratio 0.5 needs strength");
    assertThatThrownBy(() -> new Regularization(none, none, Optional.of(1.0), Optional.of(2.0)))
        .hasMessage("l1_ratio must be between 0 and 1, is 2");
  }

  @Test
  void illegalTransformsAreRefused() {
    assertThatThrownBy(() -> clip(0.0, null)).hasMessage("clip_norm must be above 0, is 0");
    assertThatThrownBy(() -> clip(null, -1.0)).hasMessage("clip_value must be above 0, is -1");
    assertThatThrownBy(() -> new GradientTransforms(Optional.empty(), Optional.empty(), 0))
        .hasMessage("accumulate must be at least 1, is 0");
  }

  @Test
  void oneRowOfGradientDescentHasItsClosedForm() {
    // 1/2 (w - 3)^2 from 0 at rate 0.1: 3 (1 - 0.9^t) after t steps.
    Gd rule = new Gd(0.1);
    Update update = Update.first(rule, new float[1], Layout.empty().with("bias", false, 1), 0);
    for (int t = 1; t <= 100; t++) {
      update.gradient()[0] = update.params()[0] - 3;
      Updates.step(rule, update.at(t, 0.1));
    }
    assertThat((double) update.params()[0])
        .isCloseTo(3 * (1 - Math.pow(0.9, 100)), within(100 * 3 * 0x1.0p-24));
  }
}
