package dev.lockstep.glm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is particular to the multinomial model. */
class SoftmaxTest {
  private static final Schema SCHEMA =
      new Schema(List.of(), 2, List.of("label"), List.of("a", "b", "c"));

  private static float[] params() {
    return new float[] {1, 2, 3, 4, 5, 9, 0.5f, 1, 3};
  }

  @Test
  void interceptsAreCentredAndPenalizedCoefficientsStay() {
    float[] params = params();
    Softmax.DEFAULTS.settle(params, SCHEMA, true);
    assertThat(params).containsExactly(new float[] {1, 2, 3, 4, 5, 9, -1, -0.5f, 1.5f});
  }

  @Test
  void coefficientsOfAFeatureAreCentredWhereNothingPenalizesThem() {
    float[] params = params();
    Softmax.DEFAULTS.settle(params, SCHEMA, false);
    assertThat(params).containsExactly(new float[] {-2, -3, 0, -1, 2, 4, -1, -0.5f, 1.5f});
  }

  @Test
  void withoutInterceptOnlyCoefficientsAreCentred() {
    float[] params = {1, 2, 3, 4, 5, 9};
    new Softmax(false).settle(params, SCHEMA, false);
    assertThat(params).containsExactly(new float[] {-2, -3, 0, -1, 2, 4}, within(0f));
  }
}
