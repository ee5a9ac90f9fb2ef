package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ApportionmentTest {
  @Test
  void theLargestRemaindersGetWhatIsLeft() {
    assertThat(of(new double[] {2.6, 3.3, 4.1}, 10)).containsExactly(3, 3, 4);
    assertThat(of(new double[] {2.6, 3.3, 4.1}, 11)).containsExactly(3, 4, 4);
    assertThat(of(new double[] {0.4, 0.4, 0.4, 0.4}, 2)).containsExactly(1, 1, 0, 0);
    assertThat(of(new double[] {-0.1, 0.9, 0.2}, 1)).containsExactly(0, 1, 0);
    assertThat(of(new double[] {5}, 5)).containsExactly(5);
    assertThat(of(new double[0], 0)).isEmpty();
  }

  private static int[] of(double[] shares, long total) {
    int[] most = new int[shares.length];
    Arrays.fill(most, 100);
    return Apportionment.of(
        shares, most, total, IntStream.range(0, shares.length).asLongStream().toArray());
  }

  @Test
  void manySmallStrataHaveExactSharesTogetherAndNearOnesAlone() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 50; trial++) {
      int strata = 1 + random.nextInt(1000);
      int[] sizes = random.ints(strata, 1, 9).toArray();
      double test = random.nextInt(1, 50) / 100.0;
      double validation = random.nextInt(1, 50) / 100.0;
      RowKeys keys = keys(sizes);
      Placement placement = Splitter.place(trial, keys, 1 - test - validation, validation, test);
      int rows = keys.size();
      long tests = Math.round(test * rows);
      assertThat(placement.ranks()[2]).as("test").hasSize((int) tests);
      assertThat(placement.ranks()[1].length)
          .as("validation")
          .isEqualTo((int) (Math.round((test + validation) * rows) - tests));
      byte[] splits = Splitter.splits(keys, placement);
      int[] testsOf = new int[strata];
      for (int i = 0; i < rows; i++) {
        testsOf[keys.strata()[i]] += splits[i] == 2 ? 1 : 0;
      }
      for (int s = 0; s < strata; s++) {
        assertThat(Math.abs(testsOf[s] - test * sizes[s])).isLessThan(1);
      }
    }
  }

  private static RowKeys keys(int[] sizes) {
    int rows = Arrays.stream(sizes).sum();
    long[] numbers = IntStream.range(0, rows).asLongStream().toArray();
    byte[] forced = new byte[rows];
    Arrays.fill(forced, (byte) -1);
    int[] strata =
        IntStream.range(0, sizes.length)
            .flatMap(s -> IntStream.generate(() -> s).limit(sizes[s]))
            .toArray();
    return new RowKeys(
        numbers,
        numbers,
        forced,
        strata,
        IntStream.range(0, sizes.length).mapToObj(s -> "c" + s).toList());
  }
}
