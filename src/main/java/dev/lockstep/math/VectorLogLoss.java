package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The log loss of two classes and its slopes in the Vector API, see {@link Kernels#logLoss}: the
 * operations of {@link LogLoss} on each lane. The loop holds its operations itself: a vector that
 * crosses a call which is not inlined is boxed.
 *
 * <p>Legend: F the CPU's floats, L of them; D its doubles, H as many floats; the rest as in the
 * twin.
 */
final class VectorLogLoss {
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

  private VectorLogLoss() {}

  /** Rows {@code [0, n)}, n a multiple of 16; their losses are added to the lanes. */
  static void add(
      float[] scores,
      int scoresFrom,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lanes) {
    float[] losses = new float[n];
    exponentials(scores, scoresFrom, labels, labelsFrom, weights, losses);
    slopes(scores, scoresFrom, labels, labelsFrom, weights, losses);
    for (int part = 0; part < Kernels.DOUBLE_LANES; part += D.length()) {
      sum(weights, losses, part, lanes);
    }
  }

  /** Writes the margins z over the scores, and exp(-|z|). */
  private static void exponentials(
      float[] scores,
      int scoresFrom,
      float[] labels,
      int labelsFrom,
      float[] weights,
      float[] exponentials) {
    FloatVector one = all(1);
    for (int i = 0; i < exponentials.length; i += L) {
      VectorMask<Float> nothing =
          FloatVector.fromArray(F, weights, i).compare(VectorOperators.EQ, 0);
      FloatVector sign = one.sub(FloatVector.fromArray(F, labels, labelsFrom + i).mul(2f));
      FloatVector z = sign.mul(FloatVector.fromArray(F, scores, scoresFrom + i)).blend(0, nothing);
      z.intoArray(scores, scoresFrom + i);
      FloatVector x = z.abs().neg();
      x = x.blend(LogLoss.EXP_LOWEST, x.compare(VectorOperators.LT, LogLoss.EXP_LOWEST));
      FloatVector shifted = x.fma(all(LogLoss.LOG2_E), all(LogLoss.ROUND));
      FloatVector k = shifted.sub(all(LogLoss.ROUND));
      FloatVector r = k.fma(all(-LogLoss.LN2_LOW), k.fma(all(-LogLoss.LN2_HIGH), x));
      FloatVector series =
          all(LogLoss.E0)
              .fma(r, all(LogLoss.E1))
              .fma(r, all(LogLoss.E2))
              .fma(r, all(LogLoss.E3))
              .fma(r, all(LogLoss.E4));
      FloatVector power =
          shifted
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, LogLoss.MANTISSA_BITS)
              .add(LogLoss.GROW_BITS)
              .reinterpretAsFloats();
      series.fma(r.mul(r), r).add(one).mul(power).mul(LogLoss.SHRINK).intoArray(exponentials, i);
    }
  }

  /** Writes slopes over the margins, and losses over the exponentials. */
  private static void slopes(
      float[] margins,
      int scoresFrom,
      float[] labels,
      int labelsFrom,
      float[] weights,
      float[] exponentials) {
    FloatVector one = all(1);
    FloatVector none = all(0);
    for (int i = 0; i < exponentials.length; i += L) {
      FloatVector z = FloatVector.fromArray(F, margins, scoresFrom + i);
      FloatVector e = FloatVector.fromArray(F, exponentials, i);
      VectorMask<Float> above = z.compare(VectorOperators.GT, none);
      FloatVector unit = e.add(one);
      FloatVector lost = e.sub(unit.sub(one));
      FloatVector inverse = one.div(unit);
      FloatVector numerator = e.blend(one, above);
      FloatVector near = numerator.mul(inverse);
      FloatVector less = near.neg();
      FloatVector quotient = less.fma(lost, less.fma(unit, numerator)).fma(inverse, near);
      FloatVector weight = FloatVector.fromArray(F, weights, i);
      VectorMask<Float> nothing = weight.compare(VectorOperators.EQ, 0);
      FloatVector sign =
          one.sub(FloatVector.fromArray(F, labels, labelsFrom + i).mul(2f)).blend(one, nothing);
      weight.mul(sign).mul(quotient).add(none).intoArray(margins, scoresFrom + i);
      all(LogLoss.G0)
          .fma(e, all(LogLoss.G1))
          .fma(e, all(LogLoss.G2))
          .fma(e, all(LogLoss.G3))
          .fma(e, all(LogLoss.G4))
          .fma(e, all(LogLoss.G5))
          .fma(e, all(LogLoss.G6))
          .fma(e, all(LogLoss.G7))
          .fma(e, all(LogLoss.G8))
          .fma(e, all(LogLoss.G9))
          .fma(e.mul(e), e)
          .add(none.blend(z, above))
          .intoArray(exponentials, i);
    }
  }

  private static void sum(float[] weights, float[] losses, int part, double[] lanes) {
    DoubleVector lossSum = DoubleVector.fromArray(D, lanes, part);
    for (int i = part; i < losses.length; i += Kernels.DOUBLE_LANES) {
      DoubleVector weight =
          (DoubleVector)
              FloatVector.fromArray(H, weights, i).convertShape(VectorOperators.F2D, D, 0);
      DoubleVector loss =
          (DoubleVector)
              FloatVector.fromArray(H, losses, i).convertShape(VectorOperators.F2D, D, 0);
      lossSum = weight.fma(loss, lossSum);
    }
    lossSum.intoArray(lanes, part);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(F, value);
  }
}
