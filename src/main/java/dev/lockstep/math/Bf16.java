package dev.lockstep.math;

import java.util.Arrays;

/**
 * Numbers of 16 bits: the upper half of a float32, which keeps its sign, its exponent and 7 bits of
 * its fraction. Rounding here never leaves the finite numbers: what would become infinite becomes
 * the largest number; infinities stay, NaN stays NaN, and so does the sign of zero.
 *
 * <p>Stochastic rounding takes the upper or the lower neighbour with the probability that makes its
 * mean the number itself: 16 random bits are added to the 16 that go. They are a function of key
 * and coordinate alone, so that it does not matter who rounds, when, or how often: the 32-bit
 * finalizer {@code lowbias32} (Wellons 2018) with the key's halves in it, cheap enough for every
 * coordinate of every sum.
 */
public final class Bf16 {
  static final int KEPT = 0xFFFF0000;

  /** The multiply-adds that take about as long as a value here. */
  private static final long WORK = 4;

  private static final int WARM = 1024;
  private static final int CALLS = 16;

  private static final WarmChoice<Bf16Form> CHOICE =
      new WarmChoice<>(
          Bf16Form.of(Kernels.scalar()),
          () -> BestKernels.simd().map(Bf16Form::of),
          form -> () -> nanos(form));

  private Bf16() {}

  private static Bf16Form form(int values) {
    return CHOICE.current(WORK * values);
  }

  /** Some work of a form, to warm it up. */
  private static long nanos(Bf16Form form) {
    float[] before = new float[WARM];
    float[] now = new float[WARM];
    byte[] packed = new byte[WARM * Short.BYTES];
    long start = System.nanoTime();
    for (int call = 0; call < CALLS; call++) {
      Arrays.fill(before, 1.001f * call);
      form.follow(before, now, 0, WARM);
      form.changes(before, now, 0, WARM, packed, 0);
      form.change(before, packed, 0, now, 0, WARM);
      form.round(now, 0, WARM, new RandomKey(call), 0);
      form.pack(now, 0, WARM, packed, 0);
      form.unpack(packed, 0, before, 0, WARM);
    }
    return System.nanoTime() - start;
  }

  /** The nearest number; of two that are as near, the one whose last bit is 0. */
  public static float nearest(float value) {
    return ScalarBf16.nearest(value);
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
    form(to - from).round(values, from, to, key, coordinate);
  }

  /**
   * Moves {@code held} towards {@code target} by their difference, rounded to the nearest number.
   * What was rounded away stays between them, and is part of the next difference.
   *
   * @param held {@code [from, to)} of it are written
   */
  public static void follow(float[] target, float[] held, int from, int to) {
    form(to - from).follow(target, held, from, to);
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
    return form(to - from).changes(before, now, from, to, into, at);
  }

  /**
   * Adds what {@link #changes} wrote.
   *
   * @param now {@code [from, to)} of it are written
   */
  public static void change(float[] before, byte[] changes, int at, float[] now, int from, int to) {
    form(to - from).change(before, changes, at, now, from, to);
  }

  /**
   * Writes values in 2 bytes each, little-endian.
   *
   * @param into written from {@code at} on
   * @return whether {@link #unpack} gives every bit back: whether all are such numbers
   */
  public static boolean pack(float[] values, int from, int to, byte[] into, int at) {
    return form(to - from).pack(values, from, to, into, at);
  }

  /**
   * Reads what {@link #pack} wrote.
   *
   * @param values {@code [from, to)} of it are written
   */
  public static void unpack(byte[] packed, int at, float[] values, int from, int to) {
    form(to - from).unpack(packed, at, values, from, to);
  }
}
