package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 9, 63, 64, 65, 1021, 100_003})
  void spreadKeysAreSortedAndFoundAsAnyKeysAre(int size) {
    Random random = new Random(size);
    compare(size, random::nextLong);
    compare(size, () -> random.nextInt(50));
    compare(size, () -> Long.MIN_VALUE + random.nextInt(1000));
    compare(size, () -> Long.MAX_VALUE - random.nextInt(1000));
    compare(size, () -> random.nextBoolean() ? random.nextLong() : random.nextInt(9) * 1000L);
  }

  private static void compare(int size, LongSupplier keys) {
    long[] sorted = new long[size];
    Arrays.setAll(sorted, i -> keys.getAsLong());
    long[] unsorted = sorted.clone();
    Arrays.sort(sorted);
    assertThat(SpreadKeys.sort(unsorted)).isEqualTo(sorted);
    SpreadKeys spread = new SpreadKeys(sorted);
    for (int i = 0; i < 3000; i++) {
      long key = i < size ? sorted[i] + i % 3 - 1 : keys.getAsLong();
      int wanted = Placement.lowerBound(sorted, key);
      assertThat(Placement.spreadLowerBound(sorted, key)).isEqualTo(wanted);
      assertThat(spread.lowerBound(key)).isEqualTo(wanted);
    }
    for (long key : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
      int wanted = Placement.lowerBound(sorted, key);
      assertThat(Placement.spreadLowerBound(sorted, key)).isEqualTo(wanted);
      assertThat(spread.lowerBound(key)).isEqualTo(wanted);
    }
  }
}
