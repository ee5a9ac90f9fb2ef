package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The SIMD twin of {@link Elementary}: the same operations on each lane, hence the same bits.
 *
 * <p>Each loop holds all its operations itself, the series written out: a vector that crosses a
 * call which is not inlined, or a loop over coefficients, is boxed, at ten times the cost.
 */
final class VectorElementary {
  private static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > 8
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final int L = D.length();

  private VectorElementary() {}

  /** {@link Elementary#exp} of every value, in place. */
  static void exp(double[] values, int n) {
    double[] c = Elementary.EXP_SERIES;
    int i = 0;
    for (; i + L <= n; i += L) {
      DoubleVector x = DoubleVector.fromArray(D, values, i);
      VectorMask<Double> low = x.compare(VectorOperators.LT, Elementary.EXP_LOWEST);
      VectorMask<Double> high = x.compare(VectorOperators.GT, Elementary.EXP_HIGHEST);
      x = x.blend(Elementary.EXP_LOWEST, low).blend(Elementary.EXP_HIGHEST, high);
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
      DoubleVector e = sum.fma(r.mul(r), r).add(all(1));
      LongVector half =
          shifted
              .reinterpretAsLongs()
              .sub(1)
              .lanewise(VectorOperators.LSHL, Elementary.MANTISSA_BITS)
              .add(Elementary.ONE_BITS);
      e = e.mul(half.reinterpretAsDoubles()).mul(all(2));
      e.blend(0, low).blend(Double.POSITIVE_INFINITY, high).intoArray(values, i);
    }
    for (; i < n; i++) {
      values[i] = Elementary.exp(values[i]);
    }
  }

  /** {@link Elementary#tanh} of every value, in place. */
  static void tanh(double[] values, int n) {
    double[] c = Elementary.EXP_SERIES;
    int i = 0;
    for (; i + L <= n; i += L) {
      DoubleVector x = DoubleVector.fromArray(D, values, i);
      DoubleVector y = x.abs().mul(all(-2));
      y = y.blend(Elementary.TANH_LOWEST, y.compare(VectorOperators.LT, Elementary.TANH_LOWEST));
      DoubleVector shifted = y.fma(all(Elementary.LOG2_E), all(Elementary.ROUND));
      DoubleVector k = shifted.sub(all(Elementary.ROUND));
      DoubleVector r = k.fma(all(-Elementary.LN2_LOW), k.fma(all(-Elementary.LN2_HIGH), y));
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
      DoubleVector square = r.mul(r);
      DoubleVector p = sum.fma(square, r);
      DoubleVector lost = sum.fma(square, r.sub(p));
      DoubleVector power =
          shifted
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, Elementary.MANTISSA_BITS)
              .add(Elementary.ONE_BITS)
              .reinterpretAsDoubles();
      DoubleVector negative = power.neg();
      DoubleVector less = all(1).sub(power);
      DoubleVector more = all(1).add(power);
      DoubleVector numerator = negative.fma(p, less);
      DoubleVector denominator = power.fma(p, more);
      DoubleVector numeratorLost = negative.fma(lost, negative.fma(p, less.sub(numerator)));
      DoubleVector denominatorLost = power.fma(lost, power.fma(p, more.sub(denominator)));
      DoubleVector inverse = all(1).div(denominator);
      DoubleVector near = numerator.mul(inverse);
      DoubleVector minus = near.neg();
      DoubleVector rest = minus.fma(denominator, numerator);
      rest = rest.add(minus.fma(denominatorLost, numeratorLost));
      LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
      rest.fma(inverse, near)
          .reinterpretAsLongs()
          .or(sign)
          .reinterpretAsDoubles()
          .intoArray(values, i);
    }
    for (; i < n; i++) {
      values[i] = Elementary.tanh(values[i]);
    }
  }

  private static DoubleVector all(double value) {
    return DoubleVector.broadcast(D, value);
  }
}
