package dev.lockstep.glm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.DenseRows;
import dev.lockstep.math.Kernels;
import dev.lockstep.model.Parameters;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(100)
class DenseChunksTest {
  @BeforeAll
  static void theSimdFormIsInCharge() {
    float[] z = new float[64];
    while (!Kernels.best(z.length * Kernels.EXP_WORK).vectorized()) {
      Kernels.scalar().logLoss(z, 0, z.length, z, 0, z);
    }
  }

  /** Rows that are fetched early must not lie past the batch, nor change what is computed. */
  @ParameterizedTest
  @CsvSource({"1, 1, 17000", "100, 1, 2500", "100, 9, 2341", "784, 1, 400", "5000, 2, 61"})
  void largeBlocksHaveTheDotProductsOfEachRowByItself(int features, int members, int rows) {
    int stride = DenseRows.strideOf(features);
    SplittableRandom random = new SplittableRandom(features);
    float[] values = new float[rows * stride];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        values[i * stride + j] = (float) random.nextDouble(-1, 1);
      }
    }
    assertThat(values).hasSizeGreaterThanOrEqualTo(1 << 18);
    float[] weights = new float[members * features];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = (float) random.nextDouble(-1, 1);
    }
    Parameters params = new Parameters(members, features, weights);
    DenseRows x = new DenseRows(values, rows, features, stride);
    for (int end : new int[] {rows, rows / 2, 40}) {
      DenseChunks chunks = DenseChunks.of(x, end, params, 1, DenseChunks.none());
      float[] dots = new float[members * RowChunks.MOST_ROWS];
      float[] alone = new float[members];
      for (int from = 0; from < end; from += chunks.rows()) {
        int n = Math.min(chunks.rows(), end - from);
        chunks.dots(from, n, dots);
        for (int i = 0; i < n; i += 7) {
          plainDots(values, (from + i) * stride, features, weights, alone);
          for (int k = 0; k < members; k++) {
            assertThat(dots[k * RowChunks.MOST_ROWS + i]).isEqualTo(alone[k]);
          }
        }
      }
    }
  }

  private static void plainDots(float[] x, int from, int d, float[] weights, float[] dots) {
    int stride = DenseRows.strideOf(d);
    float[] padded = new float[stride];
    for (int k = 0; k < dots.length; k++) {
      System.arraycopy(weights, k * d, padded, 0, d);
      float[] one = new float[1];
      Kernels.scalar().rowDots(x, from, stride, 1, padded, new int[] {0}, 0, 1, one, 1);
      dots[k] = one[0];
    }
  }
}
