package dev.lockstep.train.store;

import java.util.List;

/**
 * A named array as it lies in a file.
 *
 * @param name PyTorch-style, such as {@code linear.weight}
 * @param type what the values are
 * @param shape its dimensions, row-major; empty for a single number
 * @param values a {@code float[]}, {@code double[]} or {@code long[]}, as the type says; not copied
 */
public record Tensor(String name, Type type, List<Integer> shape, Object values) {
  /** The kinds of numbers that a file may hold. */
  public enum Type {
    /** {@code float}. */
    F32(4),
    /** {@code double}. */
    F64(8),
    /** {@code long}. */
    I64(8);

    private final int sizeBytes;

    Type(int sizeBytes) {
      this.sizeBytes = sizeBytes;
    }

    /** Bytes of one value. */
    public int sizeBytes() {
      return sizeBytes;
    }
  }

  /** Checks that shape, type and values agree. */
  public Tensor {
    shape = List.copyOf(shape);
    int length =
        switch (type) {
          case F32 -> ((float[]) values).length;
          case F64 -> ((double[]) values).length;
          case I64 -> ((long[]) values).length;
        };
    if (length != shape.stream().reduce(1, Math::multiplyExact)) {
      throw new IllegalArgumentException(name + ": " + length + " values for shape " + shape);
    }
  }

  /** A vector of floats. */
  public static Tensor of(String name, float... values) {
    return of(name, List.of(values.length), values);
  }

  /** Floats of a shape. */
  public static Tensor of(String name, List<Integer> shape, float[] values) {
    return new Tensor(name, Type.F32, shape, values);
  }

  /** A vector of doubles. */
  public static Tensor of(String name, double... values) {
    return new Tensor(name, Type.F64, List.of(values.length), values);
  }

  /** A vector of longs. */
  public static Tensor of(String name, long... values) {
    return new Tensor(name, Type.I64, List.of(values.length), values);
  }

  /**
   * The values of an {@link Type#F32} tensor, not copied.
   *
   * @throws IntegrityException if the file holds another type
   */
  public float[] floats() {
    return require(Type.F32, float[].class);
  }

  /**
   * The values of an {@link Type#F64} tensor, not copied.
   *
   * @throws IntegrityException if the file holds another type
   */
  public double[] doubles() {
    return require(Type.F64, double[].class);
  }

  /**
   * The values of an {@link Type#I64} tensor, not copied.
   *
   * @throws IntegrityException if the file holds another type
   */
  public long[] longs() {
    return require(Type.I64, long[].class);
  }

  /** How many values there are. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** How many bytes the values take in a file. */
  public long sizeBytes() {
    return (long) size() * type.sizeBytes();
  }

  private <A> A require(Type wanted, Class<A> array) {
    if (type != wanted) {
      throw new IntegrityException("tensor " + name + " is " + type + ", must be " + wanted);
    }
    return array.cast(values);
  }
}
