package dev.lockstep.bench;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.math.Kernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Logistic regression as one may write it where the bits do not matter: dot products in vectors as
 * wide as the CPU's, folded by {@code reduceLanes}, slopes with the functions of Math, and the rows
 * of all shards added to one sum as they come. Four rows at a time and chunks that stay in the
 * cache, as ours; the sums of rows times slopes are ours, since no lane meets another there.
 */
final class AnyOrder {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int CHUNK = 32;
  private static final int TILE = 4;

  private final float[] slopes = new float[CHUNK];
  private final int[] start = {0};

  /**
   * The sum of losses over dense rows, a multiple of 32.
   *
   * @param params weights and intercept, {@code [d + 1]}
   * @param gradient {@code [d + 1]}, added to
   */
  double add(Block block, float[] params, float[] gradient) {
    DenseRows x = (DenseRows) block.features();
    int stride = x.stride();
    // The weights are padded as the rows are.
    float[] weights = new float[stride];
    System.arraycopy(params, 0, weights, 0, x.columns());
    double lossSum = 0;
    for (int from = 0; from < x.rows(); from += CHUNK) {
      for (int i = 0; i < CHUNK; i += TILE) {
        dots(x.values(), (from + i) * stride, stride, weights, i);
      }
      float slopeSum = 0;
      for (int i = 0; i < CHUNK; i++) {
        float sign = 1 - 2 * block.labels()[from + i];
        double score = slopes[i] + params[x.columns()];
        double e = Math.exp(-Math.abs(score));
        double margin = sign * score;
        lossSum += Math.log1p(e) + Math.max(margin, 0);
        slopes[i] = (float) (sign * (margin > 0 ? 1 : e) / (1 + e));
        slopeSum += slopes[i];
      }
      gradient[x.columns()] += slopeSum;
      Kernels.best((long) CHUNK * stride)
          .rowSums(
              x.values(),
              from * stride,
              stride,
              CHUNK,
              x.columns(),
              slopes,
              CHUNK,
              1,
              gradient,
              start);
    }
    return lossSum;
  }

  private void dots(float[] x, int row, int stride, float[] weights, int into) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < stride; j += F.length()) {
      FloatVector factor = FloatVector.fromArray(F, weights, j);
      a = FloatVector.fromArray(F, x, row + j).fma(factor, a);
      b = FloatVector.fromArray(F, x, row + stride + j).fma(factor, b);
      c = FloatVector.fromArray(F, x, row + 2 * stride + j).fma(factor, c);
      d = FloatVector.fromArray(F, x, row + 3 * stride + j).fma(factor, d);
    }
    slopes[into] = a.reduceLanes(VectorOperators.ADD);
    slopes[into + 1] = b.reduceLanes(VectorOperators.ADD);
    slopes[into + 2] = c.reduceLanes(VectorOperators.ADD);
    slopes[into + 3] = d.reduceLanes(VectorOperators.ADD);
  }
}
