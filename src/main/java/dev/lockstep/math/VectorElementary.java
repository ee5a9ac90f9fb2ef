package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The SIMD twin of {@link Elementary}: the same operations on each lane, hence the same bits. */
final class VectorElementary {
  static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > 8
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  static final int L = D.length();

  private VectorElementary() {}

  /** {@link Elementary#exp}. */
  static DoubleVector exp(DoubleVector x) {
    VectorMask<Double> low = x.lt(Elementary.EXP_LOWEST);
    VectorMask<Double> high = x.compare(VectorOperators.GT, Elementary.EXP_HIGHEST);
    DoubleVector clamped = x.blend(Elementary.EXP_LOWEST, low).blend(Elementary.EXP_HIGHEST, high);
    return expWithin(clamped).blend(0, low).blend(Double.POSITIVE_INFINITY, high);
  }

  private static DoubleVector expWithin(DoubleVector x) {
    DoubleVector shifted = fma(x, Elementary.LOG2_E, broadcast(Elementary.ROUND));
    DoubleVector k = shifted.sub(Elementary.ROUND);
    DoubleVector r = fma(k, -Elementary.LN2_LOW, fma(k, -Elementary.LN2_HIGH, x));
    DoubleVector sum = series(Elementary.EXP_SERIES, r);
    DoubleVector e = sum.fma(r.mul(r), r).add(1);
    LongVector half =
        shifted
            .reinterpretAsLongs()
            .sub(1)
            .lanewise(VectorOperators.LSHL, Elementary.MANTISSA_BITS)
            .add(Elementary.ONE_BITS);
    return e.mul(half.reinterpretAsDoubles()).mul(2);
  }

  /** {@link Elementary#log1pOfUnit}. */
  static DoubleVector log1pOfUnit(DoubleVector e) {
    DoubleVector u = e.add(1);
    DoubleVector lost = e.sub(u.sub(1));
    VectorMask<Double> large = u.compare(VectorOperators.GT, Elementary.SQRT_2);
    DoubleVector f = u.sub(1).blend(fma(u, 0.5, broadcast(-1)), large);
    DoubleVector log = logNearOne(f).add(DoubleVector.zero(D).blend(Elementary.LN2, large));
    return log.add(lost.div(u));
  }

  private static DoubleVector logNearOne(DoubleVector f) {
    DoubleVector s = f.div(f.add(2));
    DoubleVector z = s.mul(s);
    return series(Elementary.LOG_SERIES, z).fma(z.mul(s), s.add(s));
  }

  private static DoubleVector series(double[] coefficients, DoubleVector x) {
    DoubleVector sum = broadcast(coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      sum = sum.fma(x, broadcast(coefficients[i]));
    }
    return sum;
  }

  private static DoubleVector fma(DoubleVector x, double factor, DoubleVector added) {
    return x.fma(broadcast(factor), added);
  }

  private static DoubleVector broadcast(double value) {
    return DoubleVector.broadcast(D, value);
  }
}
