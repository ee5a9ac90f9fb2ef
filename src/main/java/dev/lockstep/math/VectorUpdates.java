package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * What updates do in double, in the Vector API: see {@link Kernels#means}, {@link Kernels#squares}.
 *
 * <p>Legend: L the CPU's lanes of doubles; F has as many floats as D has doubles.
 */
final class VectorUpdates {
  private static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > Kernels.DOUBLE_LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> F =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));
  private static final int L = D.length();

  private VectorUpdates() {}

  static void means(
      float[] sums, int sumsFrom, int n, double divisor, float[] means, int meansFrom) {
    if (Kernels.isFloat(divisor)) {
      Kernels.scalar().means(sums, sumsFrom, n, divisor, means, meansFrom); // is SIMD as it is
      return;
    }
    int i = 0;
    for (; i + L <= n; i += L) {
      DoubleVector sum =
          (DoubleVector)
              FloatVector.fromArray(F, sums, sumsFrom + i).convertShape(VectorOperators.F2D, D, 0);
      FloatVector mean =
          (FloatVector)
              sum.div(DoubleVector.broadcast(D, divisor)).convertShape(VectorOperators.D2F, F, 0);
      mean.intoArray(means, meansFrom + i);
    }
    for (; i < n; i++) {
      means[meansFrom + i] = (float) (sums[sumsFrom + i] / divisor);
    }
  }

  static void squares(float[] values, int from, int to, double[] lanes) {
    for (int part = 0; part < Kernels.DOUBLE_LANES; part += L) {
      DoubleVector sum = DoubleVector.fromArray(D, lanes, part);
      for (int i = from + part; i < to; i += Kernels.DOUBLE_LANES) {
        DoubleVector value =
            (DoubleVector)
                FloatVector.fromArray(F, values, i).convertShape(VectorOperators.F2D, D, 0);
        sum = value.fma(value, sum);
      }
      sum.intoArray(lanes, part);
    }
  }
}
