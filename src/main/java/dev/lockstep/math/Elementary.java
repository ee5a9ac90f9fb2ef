package dev.lockstep.math;

/**
 * Elementary functions in double from +, *, / and fma alone, so that every compiler and CPU gives
 * the same bits ({@code Math.exp} may differ between the interpreter and the compilers). Within 2
 * ulp of {@code StrictMath}. {@link VectorElementary} is the SIMD twin, operation by operation.
 */
public final class Elementary {
  static final double LOG2_E = 1.4426950408889634;
  static final double LN2_HIGH = 0x1.62e42fefp-1;
  static final double LN2_LOW = 0x1.473de6af278edp-34;

  /** Adding this rounds to a whole number, which is then in the low bits. */
  static final double ROUND = 0x1.8p52;

  static final double EXP_LOWEST = -708.0;
  static final double EXP_HIGHEST = 709.782712893384;

  /** Twice the number whose tanh is 1 in double, negated. */
  static final double TANH_LOWEST = -44.0;

  static final long ONE_BITS = 0x3ff0000000000000L;
  private static final long ROOT_HALF_BITS = 0x3fe6a09e667f3bcdL;
  static final int MANTISSA_BITS = 52;

  /** 1 / i! for i = 13 down to 2. */
  static final double[] EXP_SERIES = inverseFactorials(13);

  /** 2 / (2 i + 1) for i = 11 down to 1: atanh's series, doubled; for s up to 0.172. */
  static final double[] LOG_SERIES = atanhSeries(11);

  private Elementary() {}

  /**
   * e to the x. Results below the smallest normal number are 0 (x below -708), above the largest
   * infinite; NaN stays NaN.
   */
  public static double exp(double x) {
    double clamped = x < EXP_LOWEST ? EXP_LOWEST : x > EXP_HIGHEST ? EXP_HIGHEST : x;
    double e = expWithin(clamped);
    e = x < EXP_LOWEST ? 0 : e;
    return x > EXP_HIGHEST ? Double.POSITIVE_INFINITY : e;
  }

  /** e to the x for x from {@link #EXP_LOWEST} to {@link #EXP_HIGHEST}: 2^k times a series in r. */
  private static double expWithin(double x) {
    double shifted = Math.fma(x, LOG2_E, ROUND);
    double k = shifted - ROUND;
    double r = Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, x));
    double sum = EXP_SERIES[0];
    for (int i = 1; i < EXP_SERIES.length; i++) {
      sum = Math.fma(sum, r, EXP_SERIES[i]);
    }
    double e = 1 + Math.fma(sum, r * r, r);
    long half = (Double.doubleToRawLongBits(shifted) - 1) << MANTISSA_BITS;
    return e * Double.longBitsToDouble(half + ONE_BITS) * 2;
  }

  /** log(1 + f) for 1 + f in [sqrt(1/2), sqrt(2)], f exact. */
  private static double logNearOne(double f) {
    double s = f / (2 + f);
    double z = s * s;
    double sum = LOG_SERIES[0];
    for (int i = 1; i < LOG_SERIES.length; i++) {
      sum = Math.fma(sum, z, LOG_SERIES[i]);
    }
    return Math.fma(sum, z * s, s + s);
  }

  /** The natural logarithm of a normal positive number; of others as {@code StrictMath}. */
  public static double log(double x) {
    if (!(x >= Double.MIN_NORMAL && x < Double.POSITIVE_INFINITY)) {
      return StrictMath.log(x);
    }
    long bits = Double.doubleToRawLongBits(x);
    long exponent = (bits - ROOT_HALF_BITS) >> MANTISSA_BITS;
    double f = Double.longBitsToDouble(bits - (exponent << MANTISSA_BITS)) - 1;
    double k = (double) exponent;
    return Math.fma(k, LN2_HIGH, Math.fma(k, LN2_LOW, logNearOne(f)));
  }

  /** log(1 + x), precise for x near 0. */
  public static double log1p(double x) {
    double u = 1 + x;
    if (u == 0 || u == Double.POSITIVE_INFINITY) {
      return StrictMath.log(u);
    }
    double lost = x < 1 ? x - (u - 1) : 1 - (u - x);
    return log(u) + lost / u;
  }

  /** 1 / (1 + exp(-z)). */
  public static double sigmoid(double z) {
    double e = exp(-Math.abs(z));
    return 1 / (1 + e) * (z > 0 ? 1 : e);
  }

  /**
   * The hyperbolic tangent, {@code (1 - e) / (1 + e)} with e = exp(-2 |x|) = 2^k (1 + p) and the
   * sign of x: numerator, denominator and p each carry what their rounding lost.
   */
  public static double tanh(double x) {
    double y = -2 * Math.abs(x);
    y = y < TANH_LOWEST ? TANH_LOWEST : y;
    double shifted = Math.fma(y, LOG2_E, ROUND);
    double k = shifted - ROUND;
    double r = Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, y));
    double sum = EXP_SERIES[0];
    for (int i = 1; i < EXP_SERIES.length; i++) {
      sum = Math.fma(sum, r, EXP_SERIES[i]);
    }
    double p = Math.fma(sum, r * r, r);
    double lost = Math.fma(sum, r * r, r - p);
    double power =
        Double.longBitsToDouble((Double.doubleToRawLongBits(shifted) << MANTISSA_BITS) + ONE_BITS);
    double less = 1 - power;
    double more = 1 + power;
    double numerator = Math.fma(-power, p, less);
    double denominator = Math.fma(power, p, more);
    double numeratorLost = Math.fma(-power, lost, Math.fma(-power, p, less - numerator));
    double denominatorLost = Math.fma(power, lost, Math.fma(power, p, more - denominator));
    double inverse = 1 / denominator;
    double near = numerator * inverse;
    double rest = Math.fma(-near, denominator, numerator);
    rest = rest + Math.fma(-near, denominatorLost, numeratorLost);
    return Math.copySign(Math.fma(rest, inverse, near), x);
  }

  private static double[] inverseFactorials(int highest) {
    double[] series = new double[highest - 1];
    double factorial = 1;
    for (int i = 2; i <= highest; i++) {
      factorial *= i;
      series[highest - i] = 1 / factorial;
    }
    return series;
  }

  private static double[] atanhSeries(int terms) {
    double[] series = new double[terms];
    for (int i = 1; i <= terms; i++) {
      series[terms - i] = 2.0 / (2 * i + 1);
    }
    return series;
  }
}
