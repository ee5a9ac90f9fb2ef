package dev.lockstep.math;

/**
 * The log loss of two classes row by row, in float, as scores are: the plain twin of {@link
 * VectorLogLoss}, operation by operation. With e = exp(-|z|) the loss is max(z, 0) + log(1 + e); e
 * and the logarithm are polynomials found by Remez's exchange. On all floats the loss is within 2
 * ulp, and the slope within 1 ulp of the number rounded to float.
 */
final class LogLoss {
  /** exp is 0 in float from here down. */
  static final float EXP_LOWEST = -104f;

  static final float LOG2_E = 0x1.715476p0f;

  /** Of 15 bits, so that its multiples by an exponent are exact. */
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** Adding this rounds to a whole number, which is then in the low bits. */
  static final float ROUND = 0x1.8p23f;

  static final int MANTISSA_BITS = 23;

  /** Powers of 2 are made this much larger, so that subnormal results round once. */
  static final float SHRINK = 0x1p-24f;

  /** The bits of 1 / {@link #SHRINK}. */
  static final int GROW_BITS = 151 << MANTISSA_BITS;

  /** (exp(r) - 1 - r) / r^2 for |r| to 0.347, highest power first; relative error 2^-28. */
  static final float E0 = 0x1.6a23dp-10f;

  static final float E1 = 0x1.123a2p-7f;
  static final float E2 = 0x1.5558f2p-5f;
  static final float E3 = 0x1.555492p-3f;
  static final float E4 = 0x1.fffffcp-2f;

  /** (log(1 + e) - e) / e^2 for e from 0 to 1, highest power first; relative error 2^-29. */
  static final float G0 = 0x1.2a7158p-9f;

  static final float G1 = -0x1.e11a3p-7f;
  static final float G2 = 0x1.6adb52p-5f;
  static final float G3 = -0x1.5fe48ap-4f;
  static final float G4 = 0x1.03ab06p-3f;
  static final float G5 = -0x1.4c5ac4p-3f;
  static final float G6 = 0x1.981754p-3f;
  static final float G7 = -0x1.ffdcfp-3f;
  static final float G8 = 0x1.5554b4p-2f;
  static final float G9 = -0.5f;

  private LogLoss() {}

  /** Rows {@code [from, to)}; the loss of row i is added to lane i mod 8 of the eight. */
  static void add(
      float[] scores,
      int scoresFrom,
      int from,
      int to,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lanes,
      int lanesFrom) {
    for (int i = from; i < to; i++) {
      float weight = weights[i];
      float sign = weight == 0 ? 1 : 1 - 2 * labels[labelsFrom + i];
      float z = weight == 0 ? 0 : sign * scores[scoresFrom + i];
      float e = exp(-Math.abs(z));
      float loss = logOfOnePlus(e) + (z > 0 ? z : 0);
      // A slope of minus zero becomes zero.
      scores[scoresFrom + i] = weight * sign * quotient(z > 0 ? 1 : e, e) + 0f;
      int lane = lanesFrom + i % Kernels.DOUBLE_LANES;
      lanes[lane] = Math.fma((double) weight, (double) loss, lanes[lane]);
    }
  }

  /** e to the x for x not above 0. */
  static float exp(float x) {
    float within = x < EXP_LOWEST ? EXP_LOWEST : x;
    float shifted = Math.fma(within, LOG2_E, ROUND);
    float k = shifted - ROUND;
    float r = Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, within));
    float series = Math.fma(Math.fma(E0, r, E1), r, E2);
    series = Math.fma(Math.fma(series, r, E3), r, E4);
    float power =
        Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << MANTISSA_BITS) + GROW_BITS);
    return (Math.fma(series, r * r, r) + 1) * power * SHRINK;
  }

  /** log(1 + e) for e from 0 to 1. */
  static float logOfOnePlus(float e) {
    float series = Math.fma(Math.fma(G0, e, G1), e, G2);
    series = Math.fma(Math.fma(series, e, G3), e, G4);
    series = Math.fma(Math.fma(series, e, G5), e, G6);
    series = Math.fma(Math.fma(series, e, G7), e, G8);
    series = Math.fma(series, e, G9);
    return Math.fma(series, e * e, e);
  }

  /** A number divided by 1 + e for e from 0 to 1, mended by what rounding lost of both. */
  private static float quotient(float numerator, float e) {
    float unit = e + 1;
    float lost = e - (unit - 1);
    float inverse = 1 / unit;
    float near = numerator * inverse;
    float rest = Math.fma(-near, lost, Math.fma(-near, unit, numerator));
    return Math.fma(rest, inverse, near);
  }

  /** Eight lanes added in halves: 8 to 4 to 2 to 1. */
  static double sum(double[] lanes, int from) {
    double even = (lanes[from] + lanes[from + 4]) + (lanes[from + 2] + lanes[from + 6]);
    return even + ((lanes[from + 1] + lanes[from + 5]) + (lanes[from + 3] + lanes[from + 7]));
  }
}
