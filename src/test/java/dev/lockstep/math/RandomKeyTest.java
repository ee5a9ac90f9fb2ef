package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
  private static final int DRAWS = 100_000;

  /** Six standard deviations: one failure in a thousand million for a fair generator. */
  private static final double SIGMAS = 6;

  @Test
  void numbersAreAFunctionOfKeyAndCounter() {
    RandomKey key = RandomKey.of(7).child("split").child(3);
    assertThat(key.bits(5)).isEqualTo(RandomKey.of(7).child("split").child(3).bits(5));
    var generator = key.generator();
    for (int counter = 0; counter < 10; counter++) {
      assertThat(generator.nextLong()).isEqualTo(key.bits(counter));
    }
  }

  @Test
  void theBitsOfAReleaseStayThoseOfTheNext() {
    // What runs have been split and shuffled by: a change of these numbers changes every run.
    assertThat(RandomKey.of(0).value()).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(RandomKey.of(0).bits(0)).isEqualTo(mixed(RandomKey.of(0).value()));
  }

  /** SplitMix64's first output from a state, written out. */
  private static long mixed(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Test
  void childrenDifferByPurposeAndNumber() {
    RandomKey key = RandomKey.of(1);
    Set<Long> values = new HashSet<>();
    for (int i = 0; i < DRAWS; i++) {
      values.add(key.child(i).value());
      values.add(key.child("s" + i).value());
      values.add(RandomKey.of(i).value());
    }
    values.add(key.child("").value());
    values.add(key.child("\0").value());
    // RandomKey.of(1) is no child, so all are distinct but for chance (below 1e-8).
    assertThat(values).hasSize(3 * DRAWS + 2);
  }

  @Test
  void uniformNumbersFillTheirCellsEvenly() {
    int cells = 100;
    long[] counts = new long[cells];
    RandomKey key = RandomKey.of(2);
    for (int i = 0; i < DRAWS; i++) {
      double value = key.uniform(i);
      assertThat(value >= 0 && value < 1).isTrue();
      counts[(int) (value * cells)]++;
    }
    assertEven(counts);
  }

  @Test
  void firstNumbersOfNeighbouringKeysAreEvenToo() {
    int cells = 64;
    long[] counts = new long[cells];
    for (int i = 0; i < DRAWS; i++) {
      counts[(int) RandomKey.of(3).child(i).below(0, cells)]++;
    }
    assertEven(counts);
  }

  @Test
  void wholeNumbersBelowABoundAreEven() {
    for (int bound : new int[] {1, 2, 3, 7, 1000}) {
      long[] counts = new long[bound];
      for (int i = 0; i < DRAWS; i++) {
        counts[(int) RandomKey.of(4).below(i, bound)]++;
      }
      assertEven(counts);
    }
    long huge = Long.MAX_VALUE;
    for (int i = 0; i < 1000; i++) {
      assertThat(RandomKey.of(5).below(i, huge)).isBetween(0L, huge - 1);
    }
    assertThatThrownBy(() -> RandomKey.of(4).below(0, 0)).hasMessageContaining("is 0");
  }

  /** Chi-square of even counts has mean n - 1 and variance 2 (n - 1). */
  private static void assertEven(long[] counts) {
    double expected = (double) DRAWS / counts.length;
    double sum = 0;
    for (long count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    int free = counts.length - 1;
    assertThat(sum).isCloseTo(free, within(SIGMAS * Math.sqrt(2.0 * free)));
  }

  @Test
  void neighbouringCountersAreNotCorrelated() {
    RandomKey key = RandomKey.of(6);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += (key.uniform(i) - 0.5) * (key.uniform(i + 1) - 0.5);
    }
    assertThat(sum / DRAWS * 12).isCloseTo(0, within(SIGMAS / Math.sqrt(DRAWS)));
  }

  @Test
  void flippingABitOfTheCounterFlipsHalfTheBits() {
    RandomKey key = RandomKey.of(8);
    for (int bit = 0; bit < 64; bit++) {
      long flipped = 0;
      int trials = 2000;
      for (int i = 0; i < trials; i++) {
        flipped += Long.bitCount(key.bits(i) ^ key.bits(i ^ (1L << bit)));
      }
      double mean = (double) flipped / trials;
      assertThat(mean).as("bit %d", bit).isCloseTo(32, within(SIGMAS * 4 / Math.sqrt(trials)));
    }
  }
}
