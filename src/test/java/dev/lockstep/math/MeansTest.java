package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The means of sums, divided as floats where the divisor is one. */
class MeansTest {
  /** Of all kinds of floats: no quotient of two of them is rounded twice. */
  @Test
  void meansByAFloatHaveTheBitsOfThoseInDouble() {
    int n = 4096;
    RandomGenerator random = RandomKey.of(1).generator();
    for (float divisor : new float[] {1, 3, 255, 256, 1e-3f, 16777215, 0x1p-120f, 3e38f, 7.1f}) {
      float[] sums = new float[n];
      for (int i = 0; i < n; i++) {
        // Any bits; and near what rounds either way, also where quotients lose bits.
        float any = Float.intBitsToFloat(random.nextInt());
        float half = (float) ((random.nextInt(1 << 24) + 0.5) * Float.MIN_VALUE * divisor);
        sums[i] = i % 2 == 0 ? any : half;
      }
      float[] expected = new float[n];
      for (int i = 0; i < n; i++) {
        expected[i] = (float) (sums[i] / (double) divisor);
      }
      float[] plain = new float[n];
      Kernels.scalar().means(sums, 0, n, divisor, plain, 0);
      assertThat(plain).isEqualTo(expected);
      float[] fast = new float[n];
      BestKernels.simd().orElseThrow().means(sums, 0, n, divisor, fast, 0);
      assertThat(fast).isEqualTo(expected);
    }
  }
}
