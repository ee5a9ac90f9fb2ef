package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The log loss of two classes and its slopes in the Vector API, see {@link Kernels#logLoss}: the
 * operations of {@link LogLoss} on each lane. Two loops, as the compiler stops inlining late in one
 * of this length; each holds its operations itself: a vector that crosses a call which is not
 * inlined is boxed.
 *
 * <p>Legend: L the CPU's lanes of doubles; F has as many floats as D has doubles; the rest as in
 * the twin.
 */
final class VectorLogLoss {
  private static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > Kernels.DOUBLE_LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> F =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));
  private static final int L = D.length();

  private VectorLogLoss() {}

  /** Rows {@code [0, n)}, n a multiple of 8; their losses are added to the lanes. */
  static void add(
      float[] scores, int n, float[] labels, int labelsFrom, float[] weights, double[] lanes) {
    double[] e = new double[n];
    exponentials(scores, labels, labelsFrom, weights, e);
    for (int part = 0; part < Kernels.DOUBLE_LANES; part += L) {
      slopes(scores, part, e, labels, labelsFrom, weights, lanes);
    }
  }

  /** Writes the margins z over the scores, and exp(-|z|). */
  private static void exponentials(
      float[] scores, float[] labels, int labelsFrom, float[] weights, double[] e) {
    double[] c = Elementary.EXP_SERIES;
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int i = 0; i < e.length; i += L) {
      VectorMask<Float> nothing =
          FloatVector.fromArray(F, weights, i).compare(VectorOperators.EQ, 0);
      FloatVector sign = one.sub(FloatVector.fromArray(F, labels, labelsFrom + i).mul(2f));
      FloatVector z = sign.mul(FloatVector.fromArray(F, scores, i)).blend(0, nothing);
      z.intoArray(scores, i);
      DoubleVector x = (DoubleVector) z.abs().neg().convertShape(VectorOperators.F2D, D, 0);
      VectorMask<Double> low = x.compare(VectorOperators.LT, Elementary.EXP_LOWEST);
      x = x.blend(Elementary.EXP_LOWEST, low);
      DoubleVector shifted = x.fma(all(Elementary.LOG2_E), all(Elementary.ROUND));
      DoubleVector k = shifted.sub(all(Elementary.ROUND));
      DoubleVector r = k.fma(all(-Elementary.LN2_HIGH), x);
      r = k.fma(all(-Elementary.LN2_LOW), r);
      DoubleVector sum =
          all(c[0])
              .fma(r, all(c[1]))
              .fma(r, all(c[2]))
              .fma(r, all(c[3]))
              .fma(r, all(c[4]))
              .fma(r, all(c[5]))
              .fma(r, all(c[6]))
              .fma(r, all(c[7]))
              .fma(r, all(c[8]))
              .fma(r, all(c[9]))
              .fma(r, all(c[10]))
              .fma(r, all(c[11]));
      // For x not above 0 the power of 2 is a normal number.
      DoubleVector power =
          shifted
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, Elementary.MANTISSA_BITS)
              .add(Elementary.ONE_BITS)
              .reinterpretAsDoubles();
      sum.fma(r.mul(r), r).add(all(1)).mul(power).blend(0, low).intoArray(e, i);
    }
  }

  private static void slopes(
      float[] scores,
      int part,
      double[] exponentials,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lanes) {
    double[] g = Elementary.UNIT_LOG_SERIES;
    FloatVector one = FloatVector.broadcast(F, 1f);
    DoubleVector none = all(0);
    DoubleVector lossSum = DoubleVector.fromArray(D, lanes, part);
    for (int i = part; i < exponentials.length; i += Kernels.DOUBLE_LANES) {
      DoubleVector z =
          (DoubleVector)
              FloatVector.fromArray(F, scores, i).convertShape(VectorOperators.F2D, D, 0);
      DoubleVector e = DoubleVector.fromArray(D, exponentials, i);
      DoubleVector unit = e.add(all(1));
      DoubleVector two = e.add(all(2));
      DoubleVector inverse = all(1).div(unit.mul(two));
      DoubleVector inverseOfTwo = inverse.mul(unit);
      DoubleVector near = e.mul(inverseOfTwo);
      DoubleVector s = near.neg().fma(two, e).fma(inverseOfTwo, near);
      DoubleVector t = s.mul(s);
      DoubleVector series =
          all(g[0])
              .fma(t, all(g[1]))
              .fma(t, all(g[2]))
              .fma(t, all(g[3]))
              .fma(t, all(g[4]))
              .fma(t, all(g[5]))
              .fma(t, all(g[6]))
              .fma(t, all(g[7]))
              .fma(t, all(g[8]))
              .fma(t, all(g[9]))
              .fma(t, all(g[10]))
              .fma(t, all(g[11]))
              .fma(t, all(g[12]))
              .fma(t, all(g[13]))
              .fma(t, all(g[14]))
              .fma(t, all(g[15]));
      DoubleVector log = series.fma(t.mul(s), s.add(s));
      VectorMask<Double> above = z.compare(VectorOperators.GT, 0);
      FloatVector sigmoid =
          (FloatVector)
              inverse.mul(two).mul(e.blend(1, above)).convertShape(VectorOperators.D2F, F, 0);
      FloatVector weight = FloatVector.fromArray(F, weights, i);
      FloatVector sign = one.sub(FloatVector.fromArray(F, labels, labelsFrom + i).mul(2f));
      weight.mul(sign).mul(sigmoid).add(0f).intoArray(scores, i);
      DoubleVector loss = log.add(none.blend(z, above));
      lossSum = ((DoubleVector) weight.convertShape(VectorOperators.F2D, D, 0)).fma(loss, lossSum);
    }
    lossSum.intoArray(lanes, part);
  }

  private static DoubleVector all(double value) {
    return DoubleVector.broadcast(D, value);
  }
}
