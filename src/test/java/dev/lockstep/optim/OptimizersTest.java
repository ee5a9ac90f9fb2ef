package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Layout;
import dev.lockstep.math.RandomKey;
import dev.lockstep.optim.RuleReferences.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One table over all rules: a rule is tested by being listed. */
class OptimizersTest {
  private static final int[] SIZES = {1, 2, 7, 8, 9, 63, 64, 65, 1021};
  private static final int STEPS = 10;

  /** Roundings of a step that can add up, each half a float32 unit. */
  private static final double STEP_ERROR = 16 * 0x1.0p-24;

  static Stream<Arguments> cases() {
    return RuleReferences.all().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  static Stream<Arguments> rules() {
    return cases().map(of -> Arguments.of(of.get()[0], ((Case) of.get()[1]).rule()));
  }

  private static Layout layout(int size) {
    int free = size / 4;
    Layout layout = Layout.empty().with("weight", true, size - free);
    return free > 0 ? layout.with("bias", false, free) : layout;
  }

  private static int penalized(Layout layout) {
    return layout.slices().get(0).size();
  }

  private static float[] gaussian(RandomGenerator random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @Test
  void everyRuleOfTheRegistryHasAReference() {
    Set<String> tested =
        RuleReferences.all().keySet().stream()
            .map(name -> name.split(" ")[0])
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed =
        Optimizers.REGISTRY.kinds().entrySet().stream()
            .filter(entry -> GradientRule.class.isAssignableFrom(entry.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(tested).isEqualTo(listed);
    RuleReferences.all()
        .forEach(
            (name, of) ->
                assertThat(Optimizers.REGISTRY.kindOf(of.rule())).isEqualTo(name.split(" ")[0]));
  }

  @Test
  void everyKindHasLegalDefaultsOfItsOwn() {
    for (String kind : Optimizers.REGISTRY.kinds().keySet()) {
      assertThat(Optimizers.REGISTRY.kindOf(Optimizers.REGISTRY.defaults(kind))).isEqualTo(kind);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void firstStepsAreThoseOfTheReference(String name, Case of) {
    for (int size : SIZES) {
      Layout layout = layout(size);
      RandomGenerator random = RandomKey.of(size).child(name).generator();
      Update update = Update.first(of.rule(), gaussian(random, size), layout, 0);
      double[] expected = widened(update.params());
      double[] way = new double[size];
      var reference = of.reference().of(size, penalized(layout));
      for (int t = 1; t <= STEPS; t++) {
        float[] gradient = gaussian(random, size);
        double[] before = expected.clone();
        System.arraycopy(gradient, 0, update.gradient(), 0, size);
        Updates.step(of.rule(), update.at(t, of.rule().learningRate()));
        reference.step(expected, widened(gradient), t);
        for (int i = 0; i < size; i++) {
          way[i] += Math.abs(before[i]) + Math.abs(expected[i] - before[i]);
          assertThat((double) update.params()[i])
              .as("size %d, step %d, coordinate %d", size, t, i)
              .isCloseTo(expected[i], within(STEP_ERROR * t * way[i]));
        }
      }
    }
  }

  @Test
  void ftrlWithL1IsTheReferenceInThePapersVariables() {
    int size = 65;
    Layout layout = layout(size);
    RandomGenerator random = RandomKey.of(3).generator();
    Ftrl rule = new Ftrl(0.5, 1);
    Update update = Update.first(rule, new float[size], layout, 0.4);
    double[] expected = new double[size];
    var reference = RuleReferences.ftrl(size, penalized(layout), 0.4);
    int zeros = 0;
    for (int t = 1; t <= STEPS; t++) {
      float[] gradient = gaussian(random, size);
      System.arraycopy(gradient, 0, update.gradient(), 0, size);
      Updates.step(rule, update.at(t, 0.5));
      Updates.shrink(rule, update.at(t, 0.5));
      reference.step(expected, widened(gradient), t);
      for (int i = 0; i < size; i++) {
        assertThat((double) update.params()[i])
            .as("step %d, coordinate %d", t, i)
            .isCloseTo(expected[i], within(STEP_ERROR * t * 10));
        zeros += update.params()[i] == 0 ? 1 : 0;
      }
    }
    assertThat(zeros).isGreaterThan(STEPS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void splittingTheRangeKeepsTheBits(String name, GradientRule rule) {
    for (int size : SIZES) {
      double l1 = rule.supportsL1() ? 0.01 : 0;
      RandomGenerator random = RandomKey.of(size).generator();
      float[] start = gaussian(random, size);
      Update whole = Update.first(rule, start.clone(), layout(size), l1);
      Update split = Update.first(rule, start.clone(), layout(size), l1);
      for (int t = 1; t <= 3; t++) {
        float[] gradient = gaussian(random, size);
        System.arraycopy(gradient, 0, whole.gradient(), 0, size);
        System.arraycopy(gradient, 0, split.gradient(), 0, size);
        Updates.step(rule, whole.at(t, 0.1));
        Update now = split.at(t, 0.1);
        rule.prepare(now);
        int first = size / 3;
        int second = size - size / 5;
        rule.apply(now, second, size);
        rule.apply(now, 0, first);
        rule.apply(now, first, second);
      }
      assertThat(split.params()).isEqualTo(whole.params());
      assertThat(split.rates()).isEqualTo(whole.rates());
      assertThat(split.slots()).isDeepEqualTo(whole.slots());
    }
  }

  /** Steps on {@code 1/2 |w - target|^2}, the rate falling in a line to 0. */
  private static float[] descend(
      GradientRule rule, double rate, float[] target, double l1, Layout layout, int steps) {
    float[] start = new float[target.length];
    Arrays.fill(start, 0.5f);
    Update update = Update.first(rule, start, layout, l1);
    for (int t = 1; t <= steps; t++) {
      for (int i = 0; i < target.length; i++) {
        update.gradient()[i] = update.params()[i] - target[i];
      }
      Update now = update.at(t, rate * (1 - (t - 1.0) / steps));
      Updates.step(rule, now);
      Updates.shrink(rule, now);
    }
    return update.params();
  }

  private static final float[] TARGET = {2f, -1.5f, 0.8f, 0.3f, -0.2f, 0.1f, -0.9f, 0f, 1f};

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void everyRuleMinimizesAQuadratic(String name, GradientRule rule) {
    GradientRule settled = settled(rule);
    float[] found = descend(settled, settled.learningRate(), TARGET, 0, layout(9), 20_000);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(TARGET[i], within(1e-3f));
    }
  }

  /**
   * The rule without what moves or freezes its limit: decay of weights or of the rate; and, where
   * it divides by a deviation, which vanishes with gradients as even as here, with a larger guard.
   */
  private static GradientRule settled(GradientRule rule) {
    double rate = rule.learningRate();
    return switch (Optimizers.REGISTRY.kindOf(rule)) {
      case "adagrad" -> new Adagrad(rate, 0, ((Adagrad) rule).initialAccumulator(), 1e-10);
      case "rmsprop" ->
          new Rmsprop(rate, 0.99, 0.1, ((Rmsprop) rule).momentum(), ((Rmsprop) rule).centered());
      case "adamw" -> new Adamw(rate, 0.9, 0.999, 1e-8, 0);
      case "lars" -> new Lars(rate, 0.9, 0.01, 0);
      case "lamb" -> new Lamb(rate, 0.9, 0.999, 1e-6, 0);
      case "lion" -> new Lion(rate, 0.9, 0.99, 0);
      default -> rule;
    };
  }

  static Stream<Arguments> rulesWithL1() {
    return rules()
        .filter(of -> ((GradientRule) of.get()[1]).supportsL1())
        .map(of -> Arguments.of(of.get()[0], settled((GradientRule) of.get()[1])));
  }

  /** On an orthonormal design the lasso is the soft threshold of least squares. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rulesWithL1")
  void l1GivesTheLassoOfAnOrthonormalDesignWithExactZeros(String name, GradientRule rule) {
    double l1 = 0.4;
    Layout layout = layout(9);
    float[] found = descend(rule, rule.learningRate(), TARGET, l1, layout, 20_000);
    for (int i = 0; i < found.length; i++) {
      double threshold = i < penalized(layout) ? l1 : 0;
      double expected = Math.signum(TARGET[i]) * Math.max(0, Math.abs(TARGET[i]) - threshold);
      if (threshold > 0 && expected == 0) {
        assertThat(found[i]).as("coordinate %d", i).isZero();
      } else {
        assertThat((double) found[i]).as("coordinate %d", i).isCloseTo(expected, within(1e-3));
      }
    }
  }

  @Test
  void lionLarsAndLambRefuseL1() {
    List<String> refusing = new ArrayList<>();
    Optimizers.REGISTRY
        .kinds()
        .keySet()
        .forEach(
            kind -> {
              if (!Optimizers.REGISTRY.defaults(kind).supportsL1()) {
                refusing.add(kind);
              }
            });
    assertThat(refusing).containsExactly("lars", "lamb", "lion", "lbfgs");
  }

  static Stream<Arguments> illegal() {
    return Stream.of(
        refused("learning_rate must be above 0, is -1", () -> new Gd(-1)),
        refused("learning_rate must be above 0, is NaN", () -> new Sgd(Double.NaN, 0, 0, false)),
        refused("momentum must be at least 0 and below 1, is 1", () -> new Sgd(0.1, 1, 0, false)),
        refused("has momentum 0 and dampening 0", () -> new Sgd(0.1, 0, 0, true)),
        refused("dampening 0.5 has no effect", () -> new Sgd(0.1, 0, 0.5, false)),
        refused("lr_decay must be 0 or above, is -0.5", () -> new Adagrad(1, -0.5, 0, 1e-8)),
        refused("rho must be between 0 and 1, is 1.5", () -> new Adadelta(1, 1.5, 1e-6)),
        refused("alpha must be at least 0", () -> new Rmsprop(1, -0.1, 1e-8, 0, false)),
        refused("beta1 must be at least 0 and below 1, is 1", () -> new Adam(1, 1, 0.9, 1e-8)),
        refused("beta2", () -> new Amsgrad(1, 0.9, 2, 1e-8)),
        refused("weight_decay must be 0 or above, is -1", () -> new Adamw(1, 0, 0, 1e-8, -1)),
        refused("epsilon must be between 1e-30 and 1, is 0", () -> new Adam(1, 0.9, 0.9, 0)),
        refused("momentum_decay", () -> new Nadam(1, 0.9, 0.9, 1e-8, -1)),
        refused("beta must be above 0, is 0", () -> new Ftrl(1, 0)),
        refused("trust_coefficient", () -> new Lars(1, 0, 0, 0)),
        refused("learning_rate", () -> new Lamb(0, 0.9, 0.9, 1e-8, 0)),
        refused("beta2", () -> new Lion(1, 0.9, 1, 0)),
        refused("history must be at least 1, is 0", () -> new Lbfgs(0)),
        refused("history must be at least 1, is -3", () -> new Owlqn(-3)));
  }

  private static Arguments refused(String message, ThrowingCallable making) {
    return Arguments.of(message, making);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("illegal")
  void illegalHyperparametersAreRefusedByNameAndValue(String message, ThrowingCallable making) {
    assertThatThrownBy(making)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
