package dev.lockstep.math;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.Arrays;

/**
 * Where arrays lie at this moment with respect to the lines of the cache: the JVM starts them at
 * any multiple of 8 bytes and may move them, so an answer is good for speed alone. It comes from
 * the last bits of a reference, by {@code sun.misc.Unsafe}; where that is missing, or references
 * are not addresses, every array seems to start a line.
 */
final class CacheLines {
  private static final int LINE_BYTES = 64;
  private static final int COMPRESSED_SHIFT = 3;
  private static final int SAMPLES = 64;

  /** Unsafe's {@code getInt(Object, long)}, or null. */
  private static final MethodHandle GET_INT;

  private static final long REFERENCES;
  private static final int FLOATS;
  private static final int SHIFT;

  static {
    MethodHandle getInt = null;
    int references = 0;
    int floats = 0;
    int shift = 0;
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      Object unsafe = field.get(null);
      MethodType base = MethodType.methodType(int.class, Class.class);
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      MethodHandle baseOf = lookup.findVirtual(type, "arrayBaseOffset", base).bindTo(unsafe);
      references = (int) baseOf.invokeExact(Object[].class);
      floats = (int) baseOf.invokeExact(float[].class);
      MethodType get = MethodType.methodType(int.class, Object.class, long.class);
      MethodHandle reads = lookup.findVirtual(type, "getInt", get).bindTo(unsafe);
      int[] samples = new int[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        samples[i] = reference(reads, references, new byte[Long.BYTES]);
      }
      shift = shift(samples);
      getInt = differ(samples) ? reads : null;
    } catch (Throwable e) { // invokeExact may throw anything
      getInt = null;
    }
    GET_INT = getInt;
    REFERENCES = references;
    FLOATS = floats;
    SHIFT = shift;
  }

  private CacheLines() {}

  /** By how many bits references are addresses shifted right: not at all if all end in zeros. */
  private static int shift(int[] samples) {
    int bits = Arrays.stream(samples).reduce(0, (all, each) -> all | each);
    return (bits & (1 << COMPRESSED_SHIFT) - 1) == 0 ? 0 : COMPRESSED_SHIFT;
  }

  /** Whether arrays seem to begin at several places of a line: else references are no addresses. */
  private static boolean differ(int[] samples) {
    int shift = shift(samples);
    return Arrays.stream(samples).map(each -> each << shift & LINE_BYTES - 1).distinct().count()
        > 1;
  }

  /** The last bits of a reference. */
  private static int reference(MethodHandle getInt, long references, Object object)
      throws Throwable {
    Object[] holder = {object};
    return (int) getInt.invokeExact((Object) holder, references);
  }

  /** How many floats {@code values[index]} is past the start of a line, 0 to 15. */
  static int floatsPast(float[] values, int index) {
    if (GET_INT == null) {
      return 0;
    }
    try {
      int bytes = (reference(GET_INT, REFERENCES, values) << SHIFT) + FLOATS + index * Float.BYTES;
      return (bytes & LINE_BYTES - 1) / Float.BYTES;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
