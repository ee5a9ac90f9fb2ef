package dev.lockstep.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTest {
  private static Series of(double[] ys) {
    Series series = new Series();
    for (int i = 0; i < ys.length; i++) {
      series.add(i + 1, ys[i]);
    }
    return series;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 1021, 1500})
  void aShortCurveIsWhole(int n) {
    double[] ys = new Random(n).doubles(n).toArray();
    Series series = of(ys);
    assertThat(series.y()).containsExactly(ys);
    assertThat(series.x()).hasSize(n);
    assertThat(series.count()).isEqualTo(n);
  }

  @ParameterizedTest
  @ValueSource(ints = {1501, 3000, 3001, 6000, 100_003})
  void aLongCurveKeepsTheSmallestAndLargestOfEachBucket(int n) {
    double[] ys = new Random(n).doubles(n).toArray();
    ys[n / 3] = 1000;
    ys[n / 2] = -1000;
    Series series = of(ys);
    assertThat(series.x()).hasSizeLessThanOrEqualTo(Series.MOST).hasSizeGreaterThan(1000);
    assertThat(series.y()).contains(1000, -1000);
    int width = 1;
    while ((n + width - 1) / width > Series.MOST / 2) {
      width *= 2;
    }
    assertThat(series.y()).containsExactly(thinned(ys, width));
    assertThat(series.x()).isSorted();
  }

  /** The plain form: two passes over the whole curve. */
  private static double[] thinned(double[] ys, int width) {
    double[] kept = new double[ys.length];
    int count = 0;
    for (int from = 0; from < ys.length; from += width) {
      int low = from;
      int high = from;
      for (int i = from; i < Math.min(ys.length, from + width); i++) {
        low = ys[i] < ys[low] ? i : low;
        high = ys[i] > ys[high] ? i : high;
      }
      kept[count++] = ys[Math.min(low, high)];
      if (low != high) {
        kept[count++] = ys[Math.max(low, high)];
      }
    }
    return Arrays.copyOf(kept, count);
  }

  @Test
  void whatIsNotFiniteIsLeftOut() {
    Series series = of(new double[] {1, Double.NaN, 3, Double.POSITIVE_INFINITY, 5});
    assertThat(series.x()).containsExactly(1, 3, 5);
    assertThat(series.y()).containsExactly(1, 3, 5);
  }

  @Test
  void aConstantCurveKeepsAPointABucket() {
    assertThat(of(new double[3000]).x()).hasSize(1500).startsWith(1, 3).endsWith(2999);
  }
}
