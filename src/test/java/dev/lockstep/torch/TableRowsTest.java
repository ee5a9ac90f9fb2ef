package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of a table that a batch needs have the bits of the whole table. */
class TableRowsTest {
  private static final RandomKey KEY = RandomKey.of(77);
  private static final int STEPS = 9;
  private static final int VOCABULARY = 1021;
  private static final int ROWS = 40;
  private static final int OUTPUTS = 3;
  private static final int MEMBERS = 2;
  private static final int[] CUTS = {0, 1, 17, ROWS};

  static Stream<Plan> plans() {
    return Stream.of(1, 5, 16, 33)
        .flatMap(
            dim ->
                Stream.<List<Layer>>of(
                    List.of(new Embedding(dim, 1), Positions.DEFAULTS, Lstm.DEFAULTS),
                    List.of(new Embedding(dim, 0.02), new Dropout(0.2), Take.DEFAULTS)))
        .map(before -> Stream.concat(before.stream(), Stream.of(new Dense(OUTPUTS))).toList())
        .map(layers -> Plan.of(layers, Dims.tokens(STEPS, VOCABULARY)));
  }

  /** Ids of few tokens, of many, of one many times, and padding before and after them. */
  private static DenseRows rows(int vocabulary, RandomKey key) {
    RandomGenerator random = key.generator();
    float[] ids = new float[ROWS * STEPS];
    for (int i = 0; i < ids.length; i++) {
      int token = random.nextInt(3) == 0 ? 5 : 1 + random.nextInt(vocabulary - 1);
      ids[i] = random.nextInt(4) == 0 || i / STEPS == 3 ? 0 : token;
    }
    return new DenseRows(ids, ROWS, STEPS, STEPS);
  }

  private static float[] params(Plan plan) {
    RandomGenerator random = KEY.child(1).generator();
    float[] params = new float[MEMBERS * plan.layout().size()];
    for (int i = 0; i < params.length; i++) {
      params[i] = (float) random.nextGaussian() * 0.4f;
    }
    return params;
  }

  /** Adds the gradient of rows in several passes; their scores. */
  private static float[] pass(
      NativeNetwork network, float[] params, int offset, DenseRows rows, GradientSum into) {
    network.set(params, offset, rows, 0, ROWS);
    float[] scores = new float[ROWS * OUTPUTS];
    for (int cut = 0; cut + 1 < CUTS.length; cut++) {
      int n = CUTS[cut + 1] - CUTS[cut];
      try (PointerScope scope = new PointerScope()) {
        Tensor found = network.forward(rows, CUTS[cut], n, KEY.child(cut), true);
        network.read(found, scores, CUTS[cut] * OUTPUTS);
        float[] slopes = new float[n * OUTPUTS];
        for (int i = 0; i < slopes.length; i++) {
          slopes[i] = (float) Math.sin(scores[CUTS[cut] * OUTPUTS + i] + i);
        }
        network.backward(found, slopes);
        network.weigh(n);
      }
    }
    network.addGradient(into, offset);
    return scores;
  }

  @ParameterizedTest
  @MethodSource("plans")
  void theBitsAreThoseOfTheWholeTable(Plan plan) {
    float[] params = params(plan);
    Layout frozen = plan.layout().freeze(slice -> slice.name().equals("0.weight"));
    for (Plan each : List.of(plan, plan.with(frozen))) {
      int size = each.layout().size();
      GradientSum found = new GradientSum(MEMBERS, size, false);
      GradientSum wanted = new GradientSum(MEMBERS, size, false);
      try (NativeNetwork some = new NativeNetwork(each, ROWS, Place.CPU);
          NativeNetwork whole = new NativeNetwork(each, ROWS, Place.CPU, true)) {
        for (int call = 0; call < 6; call++) { // both members, and sums of several batches
          int offset = call % MEMBERS * size;
          int vocabulary = call == 3 ? 7 : VOCABULARY;
          DenseRows rows = rows(vocabulary, KEY.child(10 + call));
          assertThat(pass(some, params, offset, rows, found))
              .isEqualTo(pass(whole, params, offset, rows, wanted));
          assertThat(bits(found)).isEqualTo(bits(wanted));
        }
      }
      assertThat(found.touched().isAll()).isFalse();
      assertThat(found.touched().size()).isLessThan(MEMBERS * size);
      assertThat(found.touched().in(found.values(), 0, MEMBERS * size).bits())
          .isEqualTo(wanted.touched().in(wanted.values(), 0, MEMBERS * size).bits());
      assertThat(found.restart(MEMBERS, size, false)).isTrue();
      assertThat(bits(found)).containsOnly(0);
    }
  }

  private static int[] bits(GradientSum sum) {
    int[] bits = new int[sum.values().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(sum.values()[i]);
    }
    return bits;
  }

  @Test
  void rowsThatWereNotAnnouncedDoNotPass() {
    Plan plan = plans().findFirst().orElseThrow();
    try (NativeNetwork network = new NativeNetwork(plan, ROWS, Place.CPU);
        PointerScope scope = new PointerScope()) {
      DenseRows rows = rows(VOCABULARY, KEY);
      network.set(params(plan), 0, rows, 0, 1);
      assertThatThrownBy(() -> network.forward(rows, 0, ROWS, KEY, false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("was not announced");
      assertThatThrownBy(() -> network.set(params(plan), 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
