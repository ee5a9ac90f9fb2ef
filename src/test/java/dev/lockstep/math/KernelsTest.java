package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private static final RandomKey KEY = RandomKey.of(3);
  private static final Kernels FAST = BestKernels.simd().orElseThrow();
  private static final Kernels PLAIN = Kernels.scalar();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void rowDotsHaveTheBitsOfTheirTwin(int d) {
    int stride = (d + 15) / 16 * 16;
    for (int n : new int[] {0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65}) {
      float[] x = KernelDigest.floats(3 + n * stride, KEY.child(d).child(n));
      float[] w = KernelDigest.floats(5 + stride, KEY.child(d).child("w"));
      float[] fast = new float[2 + 3 * n];
      float[] plain = new float[2 + 3 * n];
      FAST.rowDots(x, 3, stride, n, w, 5, fast, 1, 3);
      PLAIN.rowDots(x, 3, stride, n, w, 5, plain, 1, 3);
      assertThat(fast).as("%d rows", n).isEqualTo(plain);
      for (int i = 0; i < n; i++) {
        double dot = 0;
        double size = 0;
        for (int j = 0; j < stride; j++) {
          dot += (double) x[3 + i * stride + j] * w[5 + j];
          size += Math.abs((double) x[3 + i * stride + j] * w[5 + j]);
        }
        // A lane rounds stride / 16 times, the lanes' tree 4 times.
        double bound = (stride / 16 + 4) * 0x1p-24 * size;
        assertThat(Math.abs(plain[1 + 3 * i] - dot)).isLessThanOrEqualTo(bound);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void rowSumsHaveTheBitsOfTheirTwin(int d) {
    int stride = (d + 15) / 16 * 16;
    for (int n : new int[] {0, 1, 2, 7, 8, 9, 63, 64, 65}) {
      float[] x = KernelDigest.floats(3 + n * stride, KEY.child(d).child(n));
      float[] factors = KernelDigest.floats(1 + 2 * n, KEY.child("factors"));
      float[] fast = KernelDigest.floats(stride, KEY);
      float[] plain = new float[stride];
      FAST.rowSum(x, 3, stride, n, factors, 1, 2, fast);
      PLAIN.rowSum(x, 3, stride, n, factors, 1, 2, plain);
      assertThat(fast).as("%d rows", n).isEqualTo(plain);
      for (int j = 0; j < stride; j++) {
        double sum = 0;
        double size = 0;
        for (int i = 0; i < n; i++) {
          sum += (double) x[3 + i * stride + j] * factors[1 + 2 * i];
          size += Math.abs((double) x[3 + i * stride + j] * factors[1 + 2 * i]);
        }
        assertThat(Math.abs(plain[j] - sum)).isLessThanOrEqualTo(n * 0x1p-24 * size);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021})
  void exponentialsHaveTheBitsOfTheirTwin(int n) {
    for (double scale : new double[] {1e-9, 1, 30, 400}) {
      RandomGenerator random = KEY.child(n).generator();
      double[] values = new double[n];
      float[] z = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextGaussian() * scale;
        z[i] = (float) values[i];
      }
      values[n / 2] = n % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      z[n / 3] = Float.NaN;
      double[] plain = values.clone();
      FAST.exp(values, n);
      PLAIN.exp(plain, n);
      assertThat(values).isEqualTo(plain);
      float[] fastSigmoids = new float[n];
      float[] plainSigmoids = new float[n];
      double[] fastSoftplus = new double[n];
      double[] plainSoftplus = new double[n];
      FAST.logistic(z, n, fastSigmoids, fastSoftplus);
      PLAIN.logistic(z, n, plainSigmoids, plainSoftplus);
      assertThat(fastSigmoids).isEqualTo(plainSigmoids);
      assertThat(fastSoftplus).isEqualTo(plainSoftplus);
      float[] inPlace = Arrays.copyOf(z, n);
      FAST.logistic(inPlace, n, inPlace, fastSoftplus);
      assertThat(inPlace).isEqualTo(plainSigmoids);
    }
  }

  @Test
  @Timeout(100)
  void theSimdFormTakesOverOnceItIsCompiled() {
    float[] z = new float[64];
    while (!Kernels.best(z.length * Kernels.EXP_WORK).vectorized()) {
      Kernels.scalar().logistic(z, z.length, z, new double[z.length]);
    }
    assertThat(Kernels.best(0)).isNotSameAs(Kernels.scalar());
  }
}
