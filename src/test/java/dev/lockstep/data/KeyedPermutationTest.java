package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedPermutationTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 63, 64, 65, 1021, 4097})
  void itIsABijection(int size) {
    for (int seed = 0; seed < 20; seed++) {
      KeyedPermutation permutation = KeyedPermutation.of(size, RandomKey.of(seed));
      boolean[] taken = new boolean[size];
      for (int position = 0; position < size; position++) {
        int element = (int) permutation.at(position);
        assertThat(taken[element]).as("seed %d, element %d", seed, element).isFalse();
        taken[element] = true;
      }
    }
  }

  @Test
  void itStaysInsideHoweverLarge() {
    for (long size : new long[] {1L << 31, (1L << 40) + 1, Long.MAX_VALUE}) {
      KeyedPermutation permutation = KeyedPermutation.of(size, RandomKey.of(size));
      Set<Long> elements = new HashSet<>();
      for (long position = 0; position < 1000; position++) {
        elements.add(permutation.at(size - 1 - position));
      }
      assertThat(elements).hasSize(1000).allMatch(element -> element >= 0 && element < size);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8, 10, 17, 33, 100})
  void everyElementComesAtEveryPositionAboutAsOften(int size) {
    int keys = 20_000;
    long[][] counts = new long[size][size];
    for (int seed = 0; seed < keys; seed++) {
      KeyedPermutation permutation = KeyedPermutation.of(size, RandomKey.of(seed));
      for (int position = 0; position < size; position++) {
        counts[position][(int) permutation.at(position)]++;
      }
    }
    // A count is binomial; a network on few bits is allowed a small bias.
    double expected = (double) keys / size;
    double allowed = 6 * Math.sqrt(expected) + 0.02 * expected;
    for (long[] row : counts) {
      for (long count : row) {
        assertThat((double) count).isCloseTo(expected, within(allowed));
      }
    }
  }

  @Test
  void neighboursAreTornApart() {
    int size = 1021;
    int neighbours = 0;
    for (int seed = 0; seed < 20; seed++) {
      KeyedPermutation permutation = KeyedPermutation.of(size, RandomKey.of(seed));
      for (int position = 1; position < size; position++) {
        neighbours += permutation.at(position) == permutation.at(position - 1) + 1 ? 1 : 0;
      }
    }
    // About one pair a permutation; Poisson with mean 20.
    assertThat(neighbours).isBetween(1, 20 + (int) (6 * Math.sqrt(20)));
  }

  @Test
  void positionsOutsideAreRefused() {
    KeyedPermutation permutation = KeyedPermutation.of(5, RandomKey.of(0));
    assertThatThrownBy(() -> permutation.at(5)).hasMessageContaining("position 5 of 5");
    assertThatThrownBy(() -> permutation.at(-1)).hasMessageContaining("position -1");
  }
}
