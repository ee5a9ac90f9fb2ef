package dev.lockstep.glm;

import dev.lockstep.data.DenseRows;
import dev.lockstep.math.Kernels;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/** Chunks of dense rows. The weights are copied once into rows of the padded stride. */
final class DenseChunks implements RowChunks {
  private static final int CHUNK_FLOATS = 8192;
  private static final int FEWEST_ROWS = 8;

  private final DenseRows x;
  private final int outputs;
  private final float[] padded;
  private final float[] sums;

  DenseChunks(DenseRows x, Parameters params, int outputs) {
    this.x = x;
    this.outputs = outputs;
    this.padded = new float[Math.multiplyExact(params.members() * outputs, x.stride())];
    this.sums = new float[x.stride()];
    for (int k = 0; k < params.members(); k++) {
      for (int o = 0; o < outputs; o++) {
        System.arraycopy(
            params.values(),
            params.offset(k) + o * x.columns(),
            padded,
            (k * outputs + o) * x.stride(),
            x.columns());
      }
    }
  }

  @Override
  public int rows() {
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, CHUNK_FLOATS / x.stride() / 4 * 4));
  }

  @Override
  public void dots(int member, int from, int n, float[] dots) {
    int stride = x.stride();
    for (int o = 0; o < outputs; o++) {
      int weights = (member * outputs + o) * stride;
      Kernels.best((long) n * stride)
          .rowDots(x.values(), from * stride, stride, n, padded, weights, dots, o, outputs);
    }
  }

  @Override
  public boolean addsToTotals(GradientSum into) {
    return false;
  }

  @Override
  public void addGradient(int base, int from, int n, float[] slopes, GradientSum into) {
    float[] gradients = into.gradients();
    int stride = x.stride();
    for (int o = 0; o < outputs; o++) {
      Kernels.best((long) n * stride)
          .rowSum(x.values(), from * stride, stride, n, slopes, o, outputs, sums);
      int at = base + o * x.columns();
      for (int j = 0; j < x.columns(); j++) {
        gradients[at + j] += sums[j];
      }
    }
  }
}
