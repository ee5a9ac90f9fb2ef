package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Half the weighted squares of errors in the Vector API, see {@link Kernels#squaredLoss}: the
 * operations of {@link SquaredErrors} on each lane.
 *
 * <p>Legend: D the CPU's doubles, F as many floats.
 */
final class VectorSquaredErrors {
  private static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > Kernels.DOUBLE_LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> F =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));

  private VectorSquaredErrors() {}

  /** Rows {@code [0, n)}, n a multiple of 8; their losses are added to the lanes. */
  static void add(
      float[] scores, int n, float[] labels, int labelsFrom, float[] weights, double[] lanes) {
    double[] slopes = new double[n];
    DoubleVector half = DoubleVector.broadcast(D, 0.5);
    for (int part = 0; part < Kernels.DOUBLE_LANES; part += D.length()) {
      DoubleVector lossSum = DoubleVector.fromArray(D, lanes, part);
      for (int i = part; i < n; i += Kernels.DOUBLE_LANES) {
        DoubleVector weight =
            (DoubleVector)
                FloatVector.fromArray(F, weights, i).convertShape(VectorOperators.F2D, D, 0);
        DoubleVector score =
            (DoubleVector)
                FloatVector.fromArray(F, scores, i).convertShape(VectorOperators.F2D, D, 0);
        DoubleVector label =
            (DoubleVector)
                FloatVector.fromArray(F, labels, labelsFrom + i)
                    .convertShape(VectorOperators.F2D, D, 0);
        DoubleVector error = score.sub(label).blend(0, weight.compare(VectorOperators.EQ, 0));
        DoubleVector slope = weight.mul(error);
        slope.intoArray(slopes, i);
        lossSum = slope.mul(half).fma(error, lossSum);
      }
      lossSum.intoArray(lanes, part);
    }
    // Not stored as a short vector of floats: the compiler would box the long ones elsewhere.
    for (int i = 0; i < n; i++) {
      scores[i] = (float) slopes[i];
    }
  }
}
