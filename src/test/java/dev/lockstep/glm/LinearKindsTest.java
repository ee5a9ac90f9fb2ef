package dev.lockstep.glm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinearKindsTest {
  private static final Schema NUMBERS = schema(List.of("y"), List.of());
  private static final Schema TWO_NUMBERS = schema(List.of("y", "z"), List.of());
  private static final Schema TWO = schema(List.of("income"), List.of("<=50K", ">50K"));
  private static final Schema FOUR = schema(List.of("kind"), List.of("a", "b", "c", "d"));

  private static Schema schema(List<String> labels, List<String> classes) {
    return new Schema(List.of(), 3, labels, classes);
  }

  private static Model model(String kind) {
    return LinearModels.REGISTRY.defaults(kind);
  }

  static Stream<String> kinds() {
    return LinearModels.REGISTRY.kinds().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theWeightIsPenalizedAndTheBiasIsNot(String kind) {
    Model model = model(kind);
    Schema schema = GlmData.schema(model, 3, 2);
    int outputs = model.outputs(schema);
    assertThat(model.layout(schema).slices())
        .containsExactly(
            new Layout.Slice("linear.weight", List.of(outputs, 3), 0, true),
            new Layout.Slice("linear.bias", List.of(outputs), outputs * 3, false));
  }

  @Test
  void withoutInterceptThereIsNoBias() {
    assertThat(new Logistic(false).layout(TWO).size()).isEqualTo(3);
    Block block =
        new Block(
            new DenseRows(new float[32], 2, 3, 16),
            new float[] {0, 1},
            1,
            new float[0],
            new float[0],
            new byte[0]);
    GradientSum sum = new GradientSum(1, 3, false);
    try (Replica replica = new Logistic(false).open(TWO)) {
      Parameters params = new Parameters(1, 3, new float[3]);
      replica.accumulate(params, Batch.of(block), RandomKey.of(0), sum);
    }
    assertThat(sum.gradients()).containsOnly(0f);
    assertThat(sum.weightSums()).containsExactly(2);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void trainingStartsFromZero(String kind) {
    float[] params = {1, 2, 3, 4};
    model(kind).initialize(params, NUMBERS, RandomKey.of(0).generator());
    assertThat(params).containsOnly(0f);
  }

  @Test
  void outputsFollowLabelsOrClasses() {
    assertThat(model("linear").outputs(TWO_NUMBERS)).isEqualTo(2);
    assertThat(model("huber").outputs(TWO_NUMBERS)).isEqualTo(2);
    assertThat(model("log_cosh").outputs(TWO_NUMBERS)).isEqualTo(2);
    assertThat(model("poisson").outputs(NUMBERS)).isEqualTo(1);
    assertThat(model("softmax").outputs(FOUR)).isEqualTo(4);
    assertThat(model("logistic").outputs(TWO)).isEqualTo(1);
    assertThat(model("hinge").outputs(TWO)).isEqualTo(1);
  }

  @Test
  void labelsThatSuitTheModelGiveNoProblem() {
    for (String kind : List.of("linear", "huber", "log_cosh", "poisson")) {
      assertThat(model(kind).problems(NUMBERS)).isEmpty();
      assertThat(model(kind).problems(TWO_NUMBERS)).isEmpty();
    }
    for (String kind : List.of("logistic", "hinge", "softmax")) {
      assertThat(model(kind).problems(TWO)).isEmpty();
    }
    assertThat(model("softmax").problems(FOUR)).isEmpty();
  }

  @Test
  void problemsSayWhichKindToUseInstead() {
    assertThat(model("logistic").problems(FOUR))
        .containsExactly(
            "model.kind = logistic needs a label of two classes, but kind has 4 (a, b, c, ..):"
                + " use kind = softmax");
    assertThat(model("hinge").problems(NUMBERS).get(0))
        .contains("linear, huber, log_cosh or poisson");
    assertThat(model("softmax").problems(TWO_NUMBERS).get(0)).contains("one label column");
    assertThat(model("linear").problems(TWO).get(0)).contains("use kind = logistic");
    assertThat(model("poisson").problems(FOUR).get(0)).contains("use kind = softmax");
    assertThat(model("logistic").problems(schema(List.of("y"), List.of("a"))).get(0))
        .contains("has one (a)");
  }

  @Test
  void parametersOfAnotherModelAreRefused() {
    Block block =
        new Block(
            new DenseRows(new float[16], 1, 3, 16),
            new float[1],
            1,
            new float[0],
            new float[0],
            new byte[0]);
    try (Replica replica = model("linear").open(NUMBERS)) {
      Parameters params = new Parameters(1, 3, new float[3]);
      assertThatThrownBy(() -> replica.predict(params, Batch.of(block), new float[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 parameters and 3 columns for a model of 4 parameters");
    }
  }

  @Test
  void huberRefusesADeltaOfZero() {
    assertThatThrownBy(() -> new Huber(true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delta must be above 0 and finite, is 0");
  }
}
