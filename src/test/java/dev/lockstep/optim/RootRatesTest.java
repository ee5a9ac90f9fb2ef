package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Layout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What l1 does to parameters that have no gradients, over all rules that have it. */
class RootRatesTest {
  private static final int[] SIZES = {1, 2, 7, 8, 9, 63, 64, 65, 1021};
  private static final int STEPS = 10;

  static Stream<Arguments> rules() {
    return RuleReferences.all().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue().rule()))
        .filter(of -> ((GradientRule) of.get()[1]).supportsL1());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void l1TakesAParameterWithoutGradientsSlowly(String name, GradientRule rule) {
    for (int size : SIZES) {
      float[] start = new float[size];
      Arrays.fill(start, 0.5f);
      Layout layout = Layout.empty().with("weight", true, size);
      Update update = Update.first(rule, start, layout, 1e-3);
      for (int t = 1; t <= STEPS; t++) {
        Arrays.fill(update.gradient(), 0);
        Updates.step(rule, update.at(t, 0.1));
        Updates.shrink(rule, update);
      }
      // The decay of adamw takes the most, a quarter; l1 at the plain rate takes 1e-3.
      assertThat(update.params()[0]).isBetween(0.3f, 0.5f - 1e-5f);
      assertThat(update.params()).containsOnly(update.params()[0]);
    }
  }
}
