package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The weighted squares of errors in the Vector API, see {@link Kernels#squaredLoss}: the operations
 * of {@link SquaredErrors} on each lane.
 *
 * <p>Legend: F the CPU's floats, L of them; D its doubles, H as many floats.
 */
final class VectorSquaredErrors {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > Kernels.DOUBLE_LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> H =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));
  private static final int L = F.length();

  /** Errors of a chunk of rows, too much to make anew for each. */
  private static final ThreadLocal<float[]> ERRORS = ThreadLocal.withInitial(() -> new float[0]);

  private VectorSquaredErrors() {}

  /** Rows {@code [0, n)}, n a multiple of 16; their weighted squares are added to the lanes. */
  static void add(
      float[] scores,
      int scoresFrom,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lanes) {
    float[] errors = ERRORS.get();
    if (errors.length < n) {
      errors = new float[n];
      ERRORS.set(errors);
    }
    slopes(scores, scoresFrom, n, labels, labelsFrom, weights, errors);
    for (int part = 0; part < Kernels.DOUBLE_LANES; part += D.length()) {
      sum(scores, scoresFrom, n, errors, part, lanes);
    }
  }

  /** Writes slopes over the scores, and the errors. */
  private static void slopes(
      float[] scores,
      int scoresFrom,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      float[] errors) {
    for (int i = 0; i < n; i += L) {
      FloatVector weight = FloatVector.fromArray(F, weights, i);
      FloatVector label = FloatVector.fromArray(F, labels, labelsFrom + i);
      FloatVector error =
          FloatVector.fromArray(F, scores, scoresFrom + i)
              .sub(label)
              .blend(0, weight.compare(VectorOperators.EQ, 0));
      error.intoArray(errors, i);
      weight.mul(error).intoArray(scores, scoresFrom + i);
    }
  }

  private static void sum(
      float[] slopes, int scoresFrom, int n, float[] errors, int part, double[] lanes) {
    DoubleVector squareSum = DoubleVector.fromArray(D, lanes, part);
    for (int i = part; i < n; i += Kernels.DOUBLE_LANES) {
      DoubleVector slope =
          (DoubleVector)
              FloatVector.fromArray(H, slopes, scoresFrom + i)
                  .convertShape(VectorOperators.F2D, D, 0);
      DoubleVector error =
          (DoubleVector)
              FloatVector.fromArray(H, errors, i).convertShape(VectorOperators.F2D, D, 0);
      squareSum = slope.fma(error, squareSum);
    }
    squareSum.intoArray(lanes, part);
  }
}
