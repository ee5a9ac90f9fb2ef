package dev.lockstep.math;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of {@link Bf16} in the Vector API. Rounding is arithmetic of integers without a mask;
 * lanes of which one is not finite are left to the plain twin.
 */
final class VectorBf16 implements Bf16Form {
  static final VectorBf16 INSTANCE = new VectorBf16();

  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(I.vectorBitSize() / 2));
  private static final int L = I.length();
  private static final int TO_SIGN = 0x00800000; // what INFINITE lacks of the sign bit
  private static final int SIGN_AT = 31;
  private static final int CUT = 16;

  private VectorBf16() {}

  @Override
  public void round(float[] values, int from, int to, RandomKey key, int coordinate) {
    int low = (int) key.value();
    int high = (int) (key.value() >>> 32);
    IntVector counter =
        IntVector.zero(I)
            .addIndex(1)
            .mul(ScalarBf16.GOLDEN)
            .add(coordinate * ScalarBf16.GOLDEN + low);
    int i = from;
    for (; i + L <= to; i += L) {
      IntVector bits = FloatVector.fromArray(F, values, i).reinterpretAsInts();
      if (isFinite(bits)) {
        rounded(bits.add(random(counter, high))).reinterpretAsFloats().intoArray(values, i);
      } else {
        ScalarBf16.INSTANCE.round(values, i, i + L, key, coordinate + i - from);
      }
      counter = counter.add(L * ScalarBf16.GOLDEN);
    }
    ScalarBf16.INSTANCE.round(values, i, to, key, coordinate + i - from);
  }

  private static IntVector random(IntVector counter, int high) {
    IntVector hash = counter.lanewise(VectorOperators.LSHR, 16);
    hash = hash.lanewise(VectorOperators.XOR, counter).mul(ScalarBf16.FIRST).add(high);
    IntVector turned = hash.lanewise(VectorOperators.LSHR, 15);
    hash = turned.lanewise(VectorOperators.XOR, hash).mul(ScalarBf16.SECOND);
    return hash.lanewise(VectorOperators.LSHR, 16);
  }

  private static boolean isFinite(IntVector bits) {
    return !bits.and(ScalarBf16.MAGNITUDE).add(TO_SIGN).compare(VectorOperators.LT, 0).anyTrue();
  }

  /** Cuts; one step back from infinity. */
  private static IntVector rounded(IntVector sum) {
    IntVector cut = sum.and(Bf16.KEPT);
    IntVector infinite =
        cut.and(ScalarBf16.MAGNITUDE).add(TO_SIGN).lanewise(VectorOperators.LSHR, SIGN_AT);
    return cut.sub(infinite.lanewise(VectorOperators.LSHL, CUT));
  }

  private static IntVector nearest(IntVector bits) {
    IntVector odd = bits.lanewise(VectorOperators.LSHR, CUT).and(1);
    return rounded(bits.add(odd).add(ScalarBf16.HALF));
  }

  @Override
  public void follow(float[] target, float[] held, int from, int to) {
    int i = from;
    for (; i + L <= to; i += L) {
      FloatVector old = FloatVector.fromArray(F, held, i);
      IntVector change = FloatVector.fromArray(F, target, i).sub(old).reinterpretAsInts();
      if (isFinite(change)) {
        old.add(nearest(change).reinterpretAsFloats()).intoArray(held, i);
      } else {
        ScalarBf16.INSTANCE.follow(target, held, i, i + L);
      }
    }
    ScalarBf16.INSTANCE.follow(target, held, i, to);
  }

  @Override
  public boolean changes(float[] before, float[] now, int from, int to, byte[] into, int at) {
    IntVector lost = IntVector.zero(I);
    boolean same = true;
    int i = from;
    for (; i + L <= to; i += L) {
      int byteAt = at + (i - from) * Short.BYTES;
      FloatVector old = FloatVector.fromArray(F, before, i);
      FloatVector next = FloatVector.fromArray(F, now, i);
      IntVector change = next.sub(old).reinterpretAsInts();
      if (isFinite(change)) {
        IntVector near = nearest(change);
        IntVector found = old.add(near.reinterpretAsFloats()).reinterpretAsInts();
        lost =
            lost.lanewise(
                VectorOperators.OR, found.lanewise(VectorOperators.XOR, next.reinterpretAsInts()));
        store(near, into, byteAt);
      } else {
        same &= ScalarBf16.INSTANCE.changes(before, now, i, i + L, into, byteAt);
      }
    }
    int rest = at + (i - from) * Short.BYTES;
    same &= ScalarBf16.INSTANCE.changes(before, now, i, to, into, rest);
    return same && lost.reduceLanes(VectorOperators.OR) == 0;
  }

  private static void store(IntVector bits, byte[] into, int at) {
    ((ShortVector) bits.lanewise(VectorOperators.ASHR, CUT).convertShape(VectorOperators.I2S, S, 0))
        .intoByteArray(into, at, ByteOrder.LITTLE_ENDIAN);
  }

  private static FloatVector load(byte[] from, int at) {
    ShortVector halves = ShortVector.fromByteArray(S, from, at, ByteOrder.LITTLE_ENDIAN);
    IntVector bits = (IntVector) halves.convertShape(VectorOperators.S2I, I, 0);
    return bits.lanewise(VectorOperators.LSHL, CUT).reinterpretAsFloats();
  }

  @Override
  public void change(float[] before, byte[] changes, int at, float[] now, int from, int to) {
    int i = from;
    for (; i + L <= to; i += L) {
      FloatVector change = load(changes, at + (i - from) * Short.BYTES);
      FloatVector.fromArray(F, before, i).add(change).intoArray(now, i);
    }
    int rest = at + (i - from) * Short.BYTES;
    ScalarBf16.INSTANCE.change(before, changes, rest, now, i, to);
  }

  @Override
  public boolean pack(float[] values, int from, int to, byte[] into, int at) {
    IntVector lost = IntVector.zero(I);
    int i = from;
    for (; i + L <= to; i += L) {
      IntVector bits = FloatVector.fromArray(F, values, i).reinterpretAsInts();
      lost = lost.lanewise(VectorOperators.OR, bits);
      store(bits, into, at + (i - from) * Short.BYTES);
    }
    int rest = at + (i - from) * Short.BYTES;
    boolean same = ScalarBf16.INSTANCE.pack(values, i, to, into, rest);
    return same && (lost.reduceLanes(VectorOperators.OR) & ~Bf16.KEPT) == 0;
  }

  @Override
  public void unpack(byte[] packed, int at, float[] values, int from, int to) {
    int i = from;
    for (; i + L <= to; i += L) {
      load(packed, at + (i - from) * Short.BYTES).intoArray(values, i);
    }
    ScalarBf16.INSTANCE.unpack(packed, at + (i - from) * Short.BYTES, values, i, to);
  }
}
