package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaddedWeightsTest {
  private static final RandomKey KEY = RandomKey.of(5);
  private static final Kernels FAST = BestKernels.simd().orElseThrow();

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 128, 1021})
  void whereverRowsBeginTheirDotsHaveTheBitsOfBareWeights(int d) {
    int stride = (d + 15) / 16 * 16;
    PaddedWeights padded = PaddedWeights.NONE;
    for (int from = 0; from < 2 * Kernels.LANES; from++) {
      int n = 1 + from * 5 % 41;
      for (int m : new int[] {1, 4, 5, 12}) {
        // Weights that one member lost must not reach another's dots.
        float[] w = KernelDigest.floats(m * d, KEY.child(from).child(m));
        w[d - 1] = m > 1 ? Float.NaN : w[d - 1];
        int[] at = IntStream.range(0, m).map(v -> v * d).toArray();
        float[] x = rows(from, n, d, stride, from % 3 * 8);
        padded = PaddedWeights.of(w, at, d, stride, x, padded);
        float[] found = new float[m * n];
        int[] starts = padded.starts();
        FAST.rowDots(
            x, from, stride, n, padded.values(), starts, PaddedWeights.MARGIN, m, found, n);
        float[] bare = new float[m * stride];
        for (int v = 0; v < m; v++) {
          System.arraycopy(w, v * d, bare, v * stride, d);
        }
        int[] bareAt = IntStream.range(0, m).map(v -> v * stride).toArray();
        float[] expected = new float[m * n];
        Kernels.scalar().rowDots(x, from, stride, n, bare, bareAt, 0, m, expected, n);
        assertThat(found).as("%d rows from %d, %d vectors", n, from, m).isEqualTo(expected);
      }
    }
  }

  @Test
  void aDotThatUnderflowsIsZeroWithoutASignWhereverItsRowBegins() {
    int stride = 64;
    float[] w = new float[4 * stride];
    float[] zeros = new float[4];
    int[] at = {0, stride, 2 * stride, 3 * stride};
    Arrays.fill(w, 1e-30f);
    for (int from = 0; from < Kernels.LANES; from++) {
      float[] x = new float[8 * stride + 2 * Kernels.LANES];
      Arrays.fill(x, -1e-30f);
      PaddedWeights padded = PaddedWeights.of(w, at, stride, stride, x, PaddedWeights.NONE);
      for (int n : new int[] {4, 5}) {
        int[] starts = padded.starts();
        float[] dots = new float[4 * n];
        FAST.rowDots(x, from, stride, n, padded.values(), starts, 16, 4, dots, n);
        assertThat(dots).isEqualTo(new float[4 * n]);
        Kernels.scalar().rowDots(x, from, stride, n, w, at, 0, 4, dots, n);
        assertThat(dots).isEqualTo(new float[4 * n]);
      }
      FAST.rowDots(x, from, stride, 1, w, at, 0, 4, zeros, 1);
      assertThat(zeros).isEqualTo(new float[4]);
    }
  }

  /** Rows among numbers that are not theirs, with zeros in their padding. */
  private static float[] rows(int from, int n, int d, int stride, int after) {
    float[] x = KernelDigest.floats(from + n * stride + after, KEY.child(d).child(from));
    for (int i = 0; i < n; i++) {
      for (int j = d; j < stride; j++) {
        x[from + i * stride + j] = 0;
      }
    }
    return x;
  }

  @Test
  void copiesLieInTheLinesOfTheCacheAsRowsDo() {
    Set<Integer> places = new HashSet<>();
    int met = 0;
    for (int i = 0; i < 100; i++) {
      float[] x = new float[64 + 2 * (i % 9)];
      PaddedWeights weights =
          PaddedWeights.of(new float[32], new int[] {0, 16}, 16, 16, x, PaddedWeights.NONE);
      int place = CacheLines.floatsPast(x, 0);
      places.add(place);
      // The collector may move either array in between, but not each time.
      met += place == CacheLines.floatsPast(weights.values(), weights.starts()[1]) ? 1 : 0;
      assertThat(CacheLines.floatsPast(x, 5)).isBetween(0, 15);
    }
    assertThat(places).as("arrays begin at several places").hasSizeGreaterThan(1);
    assertThat(met).isGreaterThan(90);
  }

  @Test
  void arraysThatFitAreUsedAgainAndKeepTheirZeros() {
    float[] x = new float[64];
    float[] w = {1, 2, 3, 4};
    PaddedWeights first = PaddedWeights.of(w, new int[] {0, 2}, 2, 16, x, PaddedWeights.NONE);
    PaddedWeights second = PaddedWeights.of(w, new int[] {2, 0}, 2, 16, x, first);
    assertThat(second.values()).isSameAs(first.values());
    float sum = 0;
    for (float value : second.values()) {
      sum += value;
    }
    assertThat(sum).isEqualTo(10);
    assertThat(second.values()[second.starts()[0]]).isEqualTo(3);
    assertThat(PaddedWeights.of(w, new int[] {0}, 2, 16, x, second).values())
        .isNotSameAs(second.values());
  }
}
