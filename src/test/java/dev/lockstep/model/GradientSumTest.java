package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums that know which of their blocks are touched have the bits of those that do not. */
class GradientSumTest {
  private static final float[] ODD = {-0f, 0f, Float.NaN, Float.MIN_VALUE, -Float.MIN_VALUE, 1e30f};

  private static int[] bits(GradientSum sum) {
    int[] bits = new int[sum.values().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(sum.values()[i]); // one NaN is as good as another
    }
    return bits;
  }

  /**
   * Writes a few runs into both sums, among them the last value; some of what lies in one is -0.
   */
  private static void write(GradientSum some, GradientSum all, RandomGenerator random) {
    int size = all.values().length;
    for (int run = 0; run < 3; run++) {
      int from = run == 0 ? size - 1 : random.nextInt(size);
      int to = Math.min(size, from + random.nextInt(40));
      float[] into = some.gradients(from, to);
      for (int i = from; i < to; i++) {
        float value = random.nextInt(4) == 0 ? ODD[random.nextInt(ODD.length)] : random.nextFloat();
        into[i] = value;
        all.gradients()[i] = value;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 15, 16, 17, 63, 64, 65, 1021})
  void aTreeOfTouchedBlocksHasTheBitsOfTheWhole(int size) {
    for (int shards : new int[] {1, 2, 3, 7}) {
      RandomGenerator random = RandomKey.of(size).child(shards).generator();
      List<GradientSum> some = new ArrayList<>();
      List<GradientSum> all = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        some.add(new GradientSum(1, size, false));
        all.add(new GradientSum(1, size, false));
        if (shard != 1) { // one has no row
          write(some.get(shard), all.get(shard), random);
        }
      }
      GradientSum found = SumTree.combine(some, GradientSum::add);
      assertThat(bits(found)).isEqualTo(bits(SumTree.combine(all, GradientSum::add)));
      assertThat(found.restart(1, size, false)).isTrue();
      assertThat(bits(found)).containsOnly(0);
      assertThat(found.touched().size()).isZero();
    }
  }

  @Test
  void valuesThatDoNotFitAreRefusedBeforeTheyAreRead() {
    GradientSum sum = new GradientSum(1, 4, false);
    GradientSum.Source none =
        (from, into, at, count) -> {
          throw new AssertionError("was read");
        };
    assertThatThrownBy(() -> sum.add(0, 5, none)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sum.add(2, 3, none)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Values of native memory that come first take the place of what was left there. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 15, 16, 17, 63, 64, 65, 1021})
  void aSumThatIsUsedAgainHasTheBitsOfANewOne(int size) {
    RandomGenerator random = RandomKey.of(size).generator();
    GradientSum used = new GradientSum(2, size, false);
    for (int round = 0; round < 8; round++) {
      GradientSum fresh = new GradientSum(2, size, false);
      int gap = round % 4 == 3 ? Math.min(size, 3) : 0; // nothing is added there
      for (int pass = 0; pass < 1 + round % 2; pass++) {
        for (int at : new int[] {gap, size / 2, size, size + size / 3}) {
          int to = at < size ? (at < size / 2 ? size / 2 : size) : 2 * size;
          FloatBuffer values = FloatBuffer.allocate(Math.max(0, to - at));
          for (int i = 0; i < values.limit(); i++) {
            float odd = ODD[random.nextInt(ODD.length)];
            values.put(i, random.nextBoolean() ? odd : random.nextFloat());
          }
          used.add(at, values.limit(), values::get);
          fresh.add(at, values.limit(), values::get);
        }
      }
      assertThat(used.touched().size()).isEqualTo(fresh.touched().size());
      assertThat(bits(used)).isEqualTo(bits(fresh));
      if (round > 4) {
        used.gradients();
      }
      assertThat(used.restart(2, size, false)).isTrue();
      if (round == 2) {
        assertThat(bits(used)).containsOnly(0);
      }
    }
  }

  @Test
  void onlyBlocksThatHoldSomethingAreFound() {
    GradientSum sum = new GradientSum(1, 100, false);
    sum.gradients(0, 70)[33] = -0f;
    sum.gradients(99, 100)[99] = 1;
    Touched found = sum.touched().in(sum.values(), 32, 68);
    List<Integer> runs = new ArrayList<>();
    found.each((from, to) -> runs.addAll(List.of(from, to)));
    assertThat(runs).containsExactly(0, 16, 64, 68);
    assertThat(found.size()).isEqualTo(20);
    assertThat(Touched.of(68, found.bits()).size()).isEqualTo(20);
    assertThat(Touched.all(68).in(sum.values(), 32, 68).bits()).isEqualTo(found.bits());
    assertThatThrownBy(() -> Touched.of(64, new long[] {1 << 4}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block 4 of 4");
  }
}
