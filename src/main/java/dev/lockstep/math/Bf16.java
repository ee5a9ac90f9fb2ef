package dev.lockstep.math;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Numbers of 16 bits: the upper half of a float32, which keeps its sign, its exponent and 7 bits of
 * its fraction. Rounding here never leaves the finite numbers: what would become infinite becomes
 * the largest number; infinities stay, NaN stays NaN, and so does the sign of zero.
 *
 * <p>Stochastic rounding takes the upper or the lower neighbour with the probability that makes its
 * mean the number itself: 16 random bits are added to the 16 that go. They are a function of key
 * and coordinate alone, so that it does not matter who rounds, when, or how often: three rounds of
 * the 32-bit finalizer {@code lowbias32} (Wellons 2018) with the key's halves in it, cheap enough
 * for every coordinate of every sum.
 */
public final class Bf16 {
  private static final int KEPT = 0xFFFF0000;
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int INFINITE = 0x7F800000;
  private static final int QUIET = 0x00400000;
  private static final int HALF = 0x7FFF;
  private static final int STEP = 0x00010000;
  private static final int GOLDEN = 0x9E3779B9;
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private Bf16() {}

  /** The nearest number; of two that are as near, the one whose last bit is 0. */
  public static float nearest(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat(rounded(bits, HALF + (bits >>> 16 & 1)));
  }

  /** Whether a float32 is one of these numbers. */
  public static boolean holds(float value) {
    return (Float.floatToRawIntBits(value) & ~KEPT) == 0;
  }

  /**
   * Rounds stochastically.
   *
   * @param values {@code [from, to)} of it are written
   * @param key draws the random bits
   * @param coordinate of the first value; its neighbours follow
   */
  public static void round(float[] values, int from, int to, RandomKey key, int coordinate) {
    int low = (int) key.value();
    int high = (int) (key.value() >>> 32);
    for (int i = from, at = coordinate; i < to; i++, at++) {
      int bits = Float.floatToRawIntBits(values[i]);
      values[i] = Float.intBitsToFloat(rounded(bits, random(low, high, at)));
    }
  }

  /** 16 random bits. */
  private static int random(int low, int high, int at) {
    int hash = at * GOLDEN + low;
    hash = (hash ^ hash >>> 16) * 0x7FEB352D + high;
    hash = (hash ^ hash >>> 15) * 0x846CA68B;
    return hash >>> 16;
  }

  private static int rounded(int bits, int added) {
    int magnitude = bits & MAGNITUDE;
    if (magnitude >= INFINITE) {
      return magnitude == INFINITE ? bits : (bits | QUIET) & KEPT;
    }
    int sum = bits + added & KEPT;
    return (sum & MAGNITUDE) == INFINITE ? sum - STEP : sum;
  }

  /**
   * Moves {@code held} towards {@code target} by their difference, rounded to the nearest number.
   * What was rounded away stays between them, and is part of the next difference.
   *
   * @param held {@code [from, to)} of it are written
   */
  public static void follow(float[] target, float[] held, int from, int to) {
    for (int i = from; i < to; i++) {
      held[i] += nearest(target[i] - held[i]);
    }
  }

  /**
   * Writes the changes by which {@code now} follows from {@code before}, 2 bytes each,
   * little-endian.
   *
   * @param into written from {@code at} on
   * @return whether {@link #change} gives every bit of {@code now} back; it does after {@link
   *     #follow}
   */
  public static boolean changes(
      float[] before, float[] now, int from, int to, byte[] into, int at) {
    int lost = 0;
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      float change = nearest(now[i] - before[i]);
      lost |= Float.floatToRawIntBits(before[i] + change) ^ Float.floatToRawIntBits(now[i]);
      SHORTS.set(into, byteAt, (short) (Float.floatToRawIntBits(change) >>> 16));
    }
    return lost == 0;
  }

  /**
   * Adds what {@link #changes} wrote.
   *
   * @param now {@code [from, to)} of it are written
   */
  public static void change(float[] before, byte[] changes, int at, float[] now, int from, int to) {
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      now[i] = before[i] + Float.intBitsToFloat((short) SHORTS.get(changes, byteAt) << 16);
    }
  }

  /**
   * Writes values in 2 bytes each, little-endian.
   *
   * @param into written from {@code at} on
   * @return whether {@link #unpack} gives every bit back: whether all are such numbers
   */
  public static boolean pack(float[] values, int from, int to, byte[] into, int at) {
    int lost = 0;
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      int bits = Float.floatToRawIntBits(values[i]);
      lost |= bits;
      SHORTS.set(into, byteAt, (short) (bits >>> 16));
    }
    return (lost & ~KEPT) == 0;
  }

  /**
   * Reads what {@link #pack} wrote.
   *
   * @param values {@code [from, to)} of it are written
   */
  public static void unpack(byte[] packed, int at, float[] values, int from, int to) {
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      values[i] = Float.intBitsToFloat((short) SHORTS.get(packed, byteAt) << 16);
    }
  }
}
