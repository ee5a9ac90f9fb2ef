package dev.lockstep.math;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The plain twin: one value at a time. */
final class ScalarBf16 implements Bf16Form {
  static final ScalarBf16 INSTANCE = new ScalarBf16();

  static final int MAGNITUDE = 0x7FFFFFFF;
  static final int INFINITE = 0x7F800000;
  static final int HALF = 0x7FFF;
  static final int STEP = 0x00010000;
  static final int GOLDEN = 0x9E3779B9;
  static final int FIRST = 0x7FEB352D;
  static final int SECOND = 0x846CA68B;
  private static final int QUIET = 0x00400000;
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private ScalarBf16() {}

  static float nearest(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat(rounded(bits, HALF + (bits >>> 16 & 1)));
  }

  @Override
  public void round(float[] values, int from, int to, RandomKey key, int coordinate) {
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
    hash = (hash ^ hash >>> 16) * FIRST + high;
    hash = (hash ^ hash >>> 15) * SECOND;
    return hash >>> 16;
  }

  /** Adds to the bits what decides on the direction, and cuts. */
  private static int rounded(int bits, int added) {
    int magnitude = bits & MAGNITUDE;
    if (magnitude >= INFINITE) {
      return magnitude == INFINITE ? bits : (bits | QUIET) & Bf16.KEPT;
    }
    int sum = bits + added & Bf16.KEPT;
    return (sum & MAGNITUDE) == INFINITE ? sum - STEP : sum;
  }

  @Override
  public void follow(float[] target, float[] held, int from, int to) {
    for (int i = from; i < to; i++) {
      held[i] += nearest(target[i] - held[i]);
    }
  }

  @Override
  public boolean changes(float[] before, float[] now, int from, int to, byte[] into, int at) {
    int lost = 0;
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      float change = nearest(now[i] - before[i]);
      lost |= Float.floatToRawIntBits(before[i] + change) ^ Float.floatToRawIntBits(now[i]);
      SHORTS.set(into, byteAt, (short) (Float.floatToRawIntBits(change) >>> 16));
    }
    return lost == 0;
  }

  @Override
  public void change(float[] before, byte[] changes, int at, float[] now, int from, int to) {
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      now[i] = before[i] + Float.intBitsToFloat((short) SHORTS.get(changes, byteAt) << 16);
    }
  }

  @Override
  public boolean pack(float[] values, int from, int to, byte[] into, int at) {
    int lost = 0;
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      int bits = Float.floatToRawIntBits(values[i]);
      lost |= bits;
      SHORTS.set(into, byteAt, (short) (bits >>> 16));
    }
    return (lost & ~Bf16.KEPT) == 0;
  }

  @Override
  public void unpack(byte[] packed, int at, float[] values, int from, int to) {
    for (int i = from, byteAt = at; i < to; i++, byteAt += Short.BYTES) {
      values[i] = Float.intBitsToFloat((short) SHORTS.get(packed, byteAt) << 16);
    }
  }
}
