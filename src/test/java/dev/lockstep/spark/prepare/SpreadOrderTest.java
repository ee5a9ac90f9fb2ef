package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.math.RandomKey;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadOrderTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 9, 63, 64, 65, 1021, 100_003})
  void mixedKeysAreInOrder(int size) {
    RandomKey key = RandomKey.of(size);
    check(LongStream.range(0, size).map(key::bits).toArray());
  }

  @Test
  void keysThatAreNotSpreadOrAreEqualAreInOrderToo() {
    RandomKey key = RandomKey.of(5);
    check(LongStream.range(0, 1021).map(i -> key.bits(i) % 7).toArray());
    check(LongStream.range(0, 1021).map(i -> 1020 - i).toArray());
    check(new long[] {Long.MAX_VALUE, 0, Long.MIN_VALUE, -1, 0, Long.MAX_VALUE});
  }

  private static void check(long[] keys) {
    int[] expected =
        IntStream.range(0, keys.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> keys[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    assertThat(SpreadOrder.of(keys)).isEqualTo(expected);
  }
}
