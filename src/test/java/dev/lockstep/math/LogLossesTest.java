package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLossesTest {
  private static final RandomKey KEY = RandomKey.of(9);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 16, 27})
  void membersTogetherHaveTheBitsOfEachAlone(int m) {
    Kernels fast = BestKernels.simd().orElseThrow();
    for (int n : new int[] {0, 1, 15, 16, 17, 63, 64, 65}) {
      int step = n + 3;
      float[] scores = KernelDigest.floats(2 + m * step, KEY.child(n));
      float[] labels = new float[n + 1];
      float[] weights = new float[n];
      for (int i = 0; i < n; i++) {
        labels[1 + i] = i % 3 == 0 ? 1 : 0;
        weights[i] = i % 5 == 2 ? 0 : 0.5f + i % 3;
      }
      for (int i = 0; i < scores.length; i++) {
        scores[i] *= i % 7 == 0 ? 60 : 3;
      }
      if (m > 1 && n > 0) { // a member that diverged harms none but itself
        scores[2 + step] = Float.NaN;
        scores[2 + step + n - 1] = Float.NEGATIVE_INFINITY;
      }
      float[] alone = scores.clone();
      double[] sums = new double[m];
      Arrays.fill(sums, 0.25);
      double[] sumsAlone = sums.clone();
      for (int k = 0; k < m; k++) {
        sumsAlone[k] +=
            Kernels.scalar().logLoss(alone, 2 + k * step, n, labels, 1, weights.clone());
      }
      for (Kernels kernels : new Kernels[] {fast, Kernels.scalar()}) {
        float[] together = scores.clone();
        double[] found = sums.clone();
        kernels.logLosses(together, 2, step, m, n, labels, 1, weights, found);
        assertThat(together).as("%d rows", n).isEqualTo(alone);
        assertThat(found).as("%d rows", n).isEqualTo(sumsAlone);
      }
    }
  }
}
