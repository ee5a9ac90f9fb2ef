package dev.lockstep.spark.source;

import java.math.BigInteger;

/**
 * The double nearest to {@code digits * 10^exponent}, as {@link Double#parseDouble} gives it, by
 * one 128-bit product with a truncated power of five (Lemire, "Number parsing at a gigabyte per
 * second", 2021; for these exponents the product always decides). Legend: w digits, q exponent of
 * ten, z the product, m the mantissa.
 */
final class Decimal {
  /** The exponents of ten for which one product is enough. */
  static final int LOWEST = -27;

  static final int HIGHEST = 55;

  private static final long[] HIGH = new long[HIGHEST - LOWEST + 1];
  private static final long[] LOW = new long[HIGHEST - LOWEST + 1];

  static {
    for (int q = LOWEST; q <= HIGHEST; q++) {
      BigInteger power = power(q);
      HIGH[q - LOWEST] = power.shiftRight(64).longValue();
      LOW[q - LOWEST] = power.longValue();
    }
  }

  private Decimal() {}

  /** 5^q, scaled by a power of two to 128 bits: rounded up below 0, down from 0 on. */
  private static BigInteger power(int q) {
    BigInteger five = BigInteger.valueOf(5).pow(Math.abs(q));
    if (q >= 0) {
      int shift = 128 - five.bitLength();
      return shift >= 0 ? five.shiftLeft(shift) : five.shiftRight(-shift);
    }
    int bits = five.subtract(BigInteger.ONE).bitLength();
    return BigInteger.ONE.shiftLeft(bits + 127).divide(five).add(BigInteger.ONE);
  }

  /**
   * The nearest double; {@code w} at least 0, {@code q} from {@link #LOWEST} to {@link #HIGHEST}.
   */
  static double of(long w, int q) {
    if (w == 0) {
      return 0;
    }
    int zeros = Long.numberOfLeadingZeros(w);
    long shifted = w << zeros;
    long high = unsignedHigh(shifted, HIGH[q - LOWEST]);
    long low = shifted * HIGH[q - LOWEST];
    if ((high & 0x1FF) == 0x1FF) {
      long carry = unsignedHigh(shifted, LOW[q - LOWEST]);
      low += carry;
      if (Long.compareUnsigned(carry, low) > 0) {
        high++;
      }
    }
    int upper = (int) (high >>> 63);
    long m = high >>> (upper + 9);
    boolean tie =
        Long.compareUnsigned(low, 1) <= 0 && q >= -4 && q <= 23 && m << (upper + 9) == high;
    if (tie && (m & 3) == 1) {
      m &= ~1L;
    }
    m = (m + (m & 1)) >>> 1;
    int power = ((217706 * q) >> 16) + 63 + upper - zeros;
    if (m >= 1L << 53) {
      m = 1L << 52;
      power++;
    }
    return Double.longBitsToDouble((m & ((1L << 52) - 1)) | (power + 1023L) << 52);
  }

  private static long unsignedHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + (a & (b >> 63)) + (b & (a >> 63));
  }
}
