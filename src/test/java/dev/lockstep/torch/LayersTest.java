package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.Losses;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every kind of layer and loss that a run file can name. */
class LayersTest {
  private static final double ULP = 0x1p-24;
  private static final int ROWS = 7;
  private static final float STEP = 0x1p-7f;
  private static final int POINTS = 40;

  static Stream<NetworkCase> cases() throws ReflectiveOperationException {
    List<NetworkCase> cases = new ArrayList<>();
    for (Map.Entry<String, Layer> entry : LayerVariants.all().entrySet()) {
      for (Dims input : LayerVariants.inputs(entry.getValue())) {
        String name = entry.getKey() + " of " + input;
        cases.add(NetworkCase.around(name, entry.getValue(), input, ROWS, new SoftmaxLoss()));
      }
    }
    Layer smooth = new Activation(Activation.Function.TANH);
    for (String kind : Losses.REGISTRY.kinds().keySet()) {
      Loss loss = Losses.REGISTRY.defaults(kind);
      cases.add(NetworkCase.around(kind, smooth, Dims.of(6), ROWS, loss));
    }
    return cases.stream();
  }

  /**
   * A score is a sum of about 40 products of size 1 in float, so the difference of two losses of a
   * row is off by 80 ulp, over the step h, where four tensors lead to it, and by 20 for each where
   * more do; and its third derivative is about 1, times h^2. Where a kink is near (relu, the
   * largest of a window), slopes differ between steps of two lengths or up and down; such a
   * parameter is tried from other values, until all were away from kinks. What does not show so is
   * off by half of what the slopes differ by.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreCentralDifferencesOfTheLoss(NetworkCase c) {
    Set<Integer> left = new TreeSet<>();
    for (Run run : c.plan().layout().runs(Role.TRAINED)) {
      IntStream.range(run.from(), run.to()).forEach(left::add);
    }
    double ulps = 20 * Math.max(4, c.plan().layout().slices().size());
    try (Replica replica = c.open()) {
      for (int point = 0; point < POINTS && !left.isEmpty(); point++) {
        float[] params = c.params(1, NetworkCase.KEY.child("point").child(point));
        GradientSum exact = c.sum(replica, new Parameters(1, c.size(), params), 0, ROWS);
        double here = exact.lossSums()[0];
        double scale = 2 * Math.max(ROWS, here);
        left.removeIf(
            j -> {
              double up = slope(c, replica, params, j, STEP, here);
              double down = slope(c, replica, params, j, -STEP, here);
              double bent = Math.abs(up - down);
              bent = Math.max(bent, Math.abs(up - slope(c, replica, params, j, STEP / 2, here)));
              bent = Math.max(bent, Math.abs(down - slope(c, replica, params, j, -STEP / 2, here)));
              double bound = scale * (ulps * ULP / STEP + STEP * STEP) + bent / 2;
              if (bent > scale * STEP) {
                return false;
              }
              assertThat((double) exact.gradients()[j])
                  .as("parameter %d of %s", j, c.plan().layout())
                  .isCloseTo((up + down) / 2, within(bound));
              return true;
            });
      }
    }
    assertThat(left).as("parameters that were never away from kinks").isEmpty();
  }

  /** The slope of the loss from the parameters to a step of one of them. */
  private static double slope(
      NetworkCase c, Replica replica, float[] params, int j, float step, double here) {
    float[] moved = params.clone();
    moved[j] = params[j] + step;
    double there = c.sum(replica, new Parameters(1, c.size(), moved), 0, ROWS).lossSums()[0];
    return (there - here) / ((double) moved[j] - params[j]);
  }

  /** The second round's parameters are in the same array; some rows come between, as in steps. */
  @ParameterizedTest
  @MethodSource("cases")
  void parametersThatAreHeldHaveTheGradientsOfThoseThatAreNot(NetworkCase c) {
    float[] values = new float[c.size()];
    try (Replica replica = c.open()) {
      for (int round = 0; round < 2; round++) {
        float[] now = c.params(1, NetworkCase.KEY.child("round").child(round));
        System.arraycopy(now, 0, values, 0, now.length);
        Parameters params = new Parameters(1, c.size(), values);
        replica.hold(Optional.of(params));
        for (int from : new int[] {0, ROWS / 2, 0}) {
          GradientSum found = c.sum(replica, params, from, from + ROWS / 2);
          GradientSum expected = c.sum(now, from, from + ROWS / 2);
          assertThat(found.gradients()).isEqualTo(expected.gradients());
          assertThat(found.lossSums()).isEqualTo(expected.lossSums());
        }
        replica.hold(Optional.empty());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyParameterHasAGradient(NetworkCase c) {
    float[] gradients = c.sum(c.params(1, NetworkCase.KEY.child(2)), 0, ROWS).gradients();
    for (var slice : c.plan().layout().slices()) {
      float[] own = Arrays.copyOfRange(gradients, slice.offset(), slice.end());
      assertThat(own).as(slice.name()).isNotEqualTo(new float[own.length]);
    }
  }

  /**
   * Members take turns on a replica that has seen others before; none may leave a trace in another.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void aMemberHasTheSameBitsInAnyCohort(NetworkCase c) {
    for (int members : new int[] {1, 3, 4, 27}) {
      float[] params = c.params(members, NetworkCase.KEY.child(3));
      GradientSum together = c.sum(params, 1, ROWS);
      float[] scores = c.scores(params, 1, ROWS);
      for (int k = 0; k < members; k++) {
        int from = k * c.size();
        int to = from + c.size();
        float[] own = Arrays.copyOfRange(params, from, to);
        GradientSum alone = c.sum(own, 1, ROWS);
        assertThat(Arrays.copyOfRange(together.gradients(), from, to)).isEqualTo(alone.gradients());
        assertThat(together.lossSums()[k]).isEqualTo(alone.lossSums()[0]);
        assertThat(together.weightSums()[k]).isEqualTo(alone.weightSums()[0]);
        int each = scores.length / members;
        assertThat(Arrays.copyOfRange(scores, k * each, (k + 1) * each))
            .isEqualTo(c.scores(own, 1, ROWS));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aReplicaKeepsNothingFromOneRoundToTheNext(NetworkCase c) {
    Parameters first = new Parameters(1, c.size(), c.params(1, NetworkCase.KEY.child(4)));
    Parameters other = new Parameters(1, c.size(), c.params(1, NetworkCase.KEY.child(5)));
    try (Replica replica = c.open()) {
      GradientSum before = c.sum(replica, first, 0, ROWS);
      GradientSum between = c.sum(replica, other, 2, 4);
      GradientSum after = c.sum(replica, first, 0, ROWS);
      assertThat(between.gradients()).isNotEqualTo(before.gradients());
      assertThat(after.gradients()).isEqualTo(before.gradients());
      assertThat(after.lossSums()).isEqualTo(before.lossSums());
    }
  }

  @Test
  void everyKindTakesSomeInputAndSaysWhatItRefuses() throws ReflectiveOperationException {
    for (Map.Entry<String, Layer> entry : LayerVariants.all().entrySet()) {
      Layer layer = entry.getValue();
      assertThat(LayerVariants.inputs(layer)).as(entry.getKey()).isNotEmpty();
      for (Dims input : LayerVariants.refused(layer)) {
        assertThatThrownBy(() -> Plan.of(List.of(layer), input))
            .as(entry.getKey())
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(
                "layer 0 of the network (%s) ".formatted(Layers.REGISTRY.kindOf(layer)))
            .hasMessageContaining(input.areTokens() ? "ids of tokens" : input.toString());
      }
    }
  }

  /** The shape that a plan infers is the one that libtorch gives. */
  @ParameterizedTest
  @MethodSource("cases")
  void inferredShapesAreThoseOfTheScores(NetworkCase c) {
    float[] params = c.params(2, NetworkCase.KEY.child(6));
    float[] scores = c.scores(params, 0, ROWS);
    assertThat(scores).hasSize(2 * ROWS * c.outputs()).doesNotContain(Float.NaN);
    assertThat(scores).doesNotContain(0f);
  }
}
