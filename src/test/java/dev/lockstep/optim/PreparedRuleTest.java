package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparedRuleTest {
  /** Tells by how many calls its update was prepared when a range of it came. */
  private record Counting(List<Double> prepared) implements GradientRule {
    @Override
    public double learningRate() {
      return 1;
    }

    @Override
    public int slots() {
      return 0;
    }

    @Override
    public boolean supportsL1() {
      return false;
    }

    @Override
    public void prepare(Update update) {
      update.sliceFactors()[0]++;
    }

    @Override
    public void apply(Update update, int from, int to) {
      prepared.add(update.sliceFactors()[0]);
    }
  }

  private static Layout layout(int size) {
    return new Layout(List.of(new Layout.Slice("w", List.of(size), 0, true, Role.TRAINED)));
  }

  @Test
  void anUpdateIsPreparedOnceBeforeAllOfItsRanges() {
    int size = 1 << 19;
    Counting rule = new Counting(Collections.synchronizedList(new ArrayList<>()));
    Update update = Update.first(rule, new float[size], layout(size), 0);
    Updates.take(rule, update, 0, GradientTransforms.DEFAULTS, 0);
    assertThat(rule.prepared()).hasSizeGreaterThan(1).containsOnly(1.0);
  }

  @Test
  void nadamComputesTheProductOfItsMomentaThere() {
    double product = 1;
    for (int step = 1; step <= 5; step++) {
      product *= 0.9 * (1 - 0.5 * StrictMath.pow(0.96, step * 4e-3));
      Update update = Update.first(Nadam.DEFAULTS, new float[3], layout(3), 0).at(step, 0.1);
      Nadam.DEFAULTS.prepare(update);
      assertThat(update.sliceFactors()[0]).isCloseTo(product, within(1e-15 * step));
    }
  }
}
