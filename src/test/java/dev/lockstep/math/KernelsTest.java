package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private static final RandomKey KEY = RandomKey.of(3);
  private static final Kernels FAST = BestKernels.simd().orElseThrow();
  private static final Kernels PLAIN = Kernels.scalar();
  private static final float LOG_2 = (float) StrictMath.log(2);

  private static int[] starts(int m, int from, int step) {
    // Not in order, so that each vector is looked up.
    return IntStream.range(0, m).map(v -> from + (v + m / 2) % m * step).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void rowDotsHaveTheBitsOfTheirTwin(int d) {
    int stride = (d + 15) / 16 * 16;
    for (int n : new int[] {0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 149}) {
      for (int m : new int[] {1, 3, 4, 5, 27}) {
        float[] x = KernelDigest.floats(3 + n * stride, KEY.child(d).child(n));
        float[] w = KernelDigest.floats(5 + m * stride, KEY.child(d).child("w"));
        int[] at = starts(m, 5, stride);
        float[] fast = new float[m * (n + 2)];
        float[] plain = new float[m * (n + 2)];
        FAST.rowDots(x, 3, stride, n, w, at, 0, m, fast, n + 2);
        PLAIN.rowDots(x, 3, stride, n, w, at, 0, m, plain, n + 2);
        assertThat(fast).as("%d rows, %d vectors", n, m).isEqualTo(plain);
        for (int v = 0; v < m; v++) {
          for (int i = 0; i < n; i++) {
            checkDot(x, 3 + i * stride, w, at[v], stride, plain[v * (n + 2) + i]);
          }
        }
      }
    }
  }

  private static void checkDot(float[] x, int row, float[] w, int at, int stride, float found) {
    double dot = 0;
    double size = 0;
    for (int j = 0; j < stride; j++) {
      dot += (double) x[row + j] * w[at + j];
      size += Math.abs((double) x[row + j] * w[at + j]);
    }
    // A lane rounds stride / 16 times, the lanes' tree 4 times.
    double bound = (stride / 16 + 4) * 0x1p-24 * size;
    if (!(Math.abs(found - dot) <= bound)) {
      assertThat((double) found).isCloseTo(dot, within(bound));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void rowSumsHaveTheBitsOfTheirTwin(int d) {
    int stride = (d + 15) / 16 * 16;
    for (int n : new int[] {0, 1, 2, 7, 8, 9, 63, 64, 65}) {
      for (int m : new int[] {1, 3, 4, 5, 27}) {
        float[] x = KernelDigest.floats(3 + n * stride, KEY.child(d).child(n));
        float[] factors = KernelDigest.floats(m * (n + 2), KEY.child("factors"));
        int[] at = starts(m, 2, d + 1);
        float[] before = KernelDigest.floats(2 + m * (d + 1), KEY);
        float[] fast = before.clone();
        float[] plain = before.clone();
        FAST.rowSums(x, 3, stride, n, d, factors, n + 2, m, fast, at);
        PLAIN.rowSums(x, 3, stride, n, d, factors, n + 2, m, plain, at);
        assertThat(fast).as("%d rows, %d vectors", n, m).isEqualTo(plain);
        for (int v = 0; v < m; v++) {
          checkSum(x, stride, n, factors, v * (n + 2), before, plain, at[v], d);
          assertThat(plain[at[v] + d < plain.length ? at[v] + d : 0])
              .isEqualTo(before[at[v] + d < plain.length ? at[v] + d : 0]);
        }
      }
    }
  }

  private static void checkSum(
      float[] x,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      float[] before,
      float[] after,
      int at,
      int d) {
    for (int j = 0; j < d; j++) {
      double sum = 0;
      double size = Math.abs(before[at + j]);
      for (int i = 0; i < n; i++) {
        double product = (double) x[3 + i * stride + j] * factors[factorsFrom + i];
        sum += product;
        size += Math.abs(product);
      }
      double bound = (n + 1) * 0x1p-24 * size;
      double expected = before[at + j] + sum;
      if (!(Math.abs(after[at + j] - expected) <= bound)) {
        assertThat((double) after[at + j]).isCloseTo(expected, within(bound));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void exponentialsTangentsAndLossesHaveTheBitsOfTheirTwin(int n) {
    for (double scale : new double[] {1e-9, 1, 30, 400}) {
      RandomGenerator random = KEY.child(n).generator();
      double[] values = new double[n];
      float[] z = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextGaussian() * scale;
        z[i] = (float) values[i];
      }
      values[n / 2] = n % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      z[n / 3] = n % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
      double[] plain = values.clone();
      FAST.exp(values, n);
      PLAIN.exp(plain, n);
      assertThat(values).isEqualTo(plain);
      double[] tangents = new double[n];
      for (int i = 0; i < n; i++) {
        tangents[i] = z[i];
      }
      plain = tangents.clone();
      FAST.tanh(tangents, n);
      PLAIN.tanh(plain, n);
      assertThat(tangents).isEqualTo(plain);
      float[] labels = new float[n + 3];
      float[] weights = new float[n];
      for (int i = 0; i < n; i++) {
        labels[3 + i] = random.nextInt(2);
        weights[i] = i % 5 == 2 ? 0 : 0.5f + i % 3;
      }
      float[] fast = new float[2 + n];
      System.arraycopy(z, 0, fast, 2, n);
      double fastLoss = FAST.logLoss(fast, 2, n, labels, 3, weights);
      double plainLoss = PLAIN.logLoss(z, 0, n, labels, 3, weights);
      assertThat(Arrays.copyOfRange(fast, 2, 2 + n)).isEqualTo(z);
      assertThat((Double) fastLoss).isEqualTo((Double) plainLoss);
      fastLoss = FAST.squaredLoss(fast, 2, n, labels, 3, weights);
      plainLoss = PLAIN.squaredLoss(z, 0, n, labels, 3, weights);
      assertThat(Arrays.copyOfRange(fast, 2, 2 + n)).isEqualTo(z);
      assertThat((Double) fastLoss).isEqualTo((Double) plainLoss);
    }
  }

  @Test
  void theLogLossIsWithinTwoUlpOfFloatAndItsSlopeWithinOne() {
    for (int i = 0; i < 200_000; i++) {
      double range = i % 2 == 0 ? 700 : 700 * StrictMath.pow(2, -40 * KEY.uniform(2L * i + 1));
      float[] score = {(float) ((2 * KEY.uniform(2L * i) - 1) * range)};
      float label = i / 2 % 2;
      double z = (1 - 2 * label) * score[0];
      double e = StrictMath.exp(-Math.abs(z));
      double loss = Math.max(z, 0) + StrictMath.log1p(e);
      float slope = (float) ((1 - 2 * label) * (z > 0 ? 1 / (1 + e) : e / (1 + e)));
      double found = PLAIN.logLoss(score, 0, 1, new float[] {label}, 0, new float[] {1});
      assertThat(Math.abs(found - loss))
          .as("at %s", z)
          .isLessThanOrEqualTo(2 * Math.ulp((float) loss));
      assertThat(Math.abs(score[0] - slope)).as("at %s", z).isLessThanOrEqualTo(Math.ulp(slope));
    }
  }

  /** An error is rounded once and is in the loss twice, a slope once more. */
  @Test
  void theSquaredLossIsAsGoodAsFloatErrorsAndSlopesAre() {
    for (int i = 0; i < 100_000; i++) {
      float label = (float) (KEY.uniform(3L * i) - 0.5);
      float weight = (float) (0.1 + KEY.uniform(3L * i + 1));
      double range = StrictMath.pow(2, 40 * KEY.uniform(3L * i + 2) - 20);
      float[] score = {(float) (label + (i % 2 == 0 ? range : -range))};
      double error = (double) score[0] - label;
      double found = PLAIN.squaredLoss(score, 0, 1, new float[] {label}, 0, new float[] {weight});
      double loss = weight * error * error / 2;
      assertThat(found).isCloseTo(loss, within(3.001 * 0x1p-24 * loss));
      double slope = weight * error;
      assertThat((double) score[0]).isCloseTo(slope, within(2.001 * 0x1p-24 * Math.abs(slope)));
    }
  }

  @Test
  void theSquaredLossAddsItsRowsInDouble() {
    int n = 1021;
    float[] scores = new float[n];
    float[] weights = new float[n];
    Arrays.fill(weights, 1);
    // Squares of whole numbers add up without rounding, beyond what a float holds.
    double sum = 0;
    for (int i = 0; i < n; i++) {
      scores[i] = 4001 + i;
      sum += 0.5 * scores[i] * scores[i];
    }
    for (Kernels kernels : new Kernels[] {PLAIN, FAST}) {
      assertThat(kernels.squaredLoss(scores.clone(), 0, n, new float[n], 0, weights))
          .isEqualTo(sum);
    }
  }

  @Test
  void theLogLossKeepsItsEdges() {
    float[] edges = {0, -0f, 104, -104, Float.MAX_VALUE, -Float.MAX_VALUE};
    float[] losses = {LOG_2, LOG_2, 104, 0, Float.MAX_VALUE, 0};
    float[] slopes = {0.5f, 0.5f, 1, 0, 1, 0};
    for (Kernels kernels : new Kernels[] {PLAIN, FAST}) {
      for (int i = 0; i < edges.length; i++) {
        float[] scores = new float[17];
        Arrays.fill(scores, edges[i]);
        float[] weights = new float[17];
        weights[i * 3] = 1;
        assertThat(kernels.logLoss(scores, 0, 17, new float[17], 0, weights)).isEqualTo(losses[i]);
        assertThat(scores[i * 3]).isEqualTo(slopes[i]);
      }
      for (float edge : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        float[] scores = new float[17];
        scores[5] = edge;
        float[] weights = new float[17];
        weights[5] = 2;
        double lossSum = kernels.logLoss(scores, 0, 17, new float[17], 0, weights);
        assertThat((Double) lossSum).isEqualTo((Double) (double) edge);
        assertThat((Float) scores[5]).isEqualTo(Float.isNaN(edge) ? (Float) edge : (Float) 2f);
      }
    }
  }

  @Test
  void rowsOfWeightZeroLoseNothingWhateverTheirScoresAndLabels() {
    for (Kernels kernels : new Kernels[] {PLAIN, FAST}) {
      for (float label : new float[] {0, 1, Float.NaN, Float.NEGATIVE_INFINITY}) {
        float[] slopes = new float[17];
        Arrays.fill(slopes, Float.NaN);
        slopes[3] = Float.POSITIVE_INFINITY;
        float[] labels = new float[17];
        Arrays.fill(labels, label);
        assertThat(kernels.logLoss(slopes, 0, 17, labels, 0, new float[17])).isZero();
        assertThat(slopes).containsOnly(0f);
      }
      float[] scores = new float[16];
      Arrays.fill(scores, Float.NEGATIVE_INFINITY);
      assertThat(kernels.squaredLoss(scores, 0, 16, new float[16], 0, new float[16])).isZero();
      assertThat(scores).containsOnly(0f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void meansAndSquaresHaveTheBitsOfTheirTwin(int n) {
    float[] sums = KernelDigest.floats(3 + n, KEY.child(n));
    float[] fast = new float[n + 2];
    float[] plain = new float[n + 2];
    FAST.means(sums, 3, n, 7.1, fast, 2);
    PLAIN.means(sums, 3, n, 7.1, plain, 2);
    assertThat(fast).isEqualTo(plain);
    int whole = n / 8 * 8;
    double[] fastLanes = {1, 2, 3, 4, 5, 6, 7, 8};
    double[] plainLanes = fastLanes.clone();
    FAST.squares(sums, 3, 3 + whole, fastLanes);
    PLAIN.squares(sums, 3, 3 + whole, plainLanes);
    assertThat(fastLanes).isEqualTo(plainLanes);
    double sum = 36;
    for (int i = 3; i < 3 + whole; i++) {
      sum += (double) sums[i] * sums[i];
    }
    // Both sums round once for each square and lane.
    assertThat(Arrays.stream(plainLanes).sum()).isCloseTo(sum, within((n + 8) * 0x1p-52 * sum));
  }

  @Test
  @Timeout(100)
  void theSimdFormTakesOverOnceItIsCompiled() {
    float[] z = new float[64];
    while (!Kernels.best(z.length * Kernels.EXP_WORK).vectorized()) {
      Kernels.scalar().logLoss(z, 0, z.length, z, 0, z);
    }
    assertThat(Kernels.best(0)).isNotSameAs(Kernels.scalar());
  }
}
