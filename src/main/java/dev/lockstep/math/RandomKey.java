package dev.lockstep.math;

import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * A key of counter-based random numbers: every number is a pure function of the key and a counter,
 * so it does not matter which task, attempt or host asks for it.
 *
 * <p>Keys form a tree: {@code seed -> purpose -> epoch -> shard -> row}. The mixing function is the
 * 64-bit finalizer of SplitMix64 (Steele, Lea, Flood 2014) over a Weyl sequence.
 *
 * @param value the 64 bits of the key
 */
public record RandomKey(long value) implements Serializable {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1.0p-53;

  /** The root key of a seed. */
  public static RandomKey of(long seed) {
    return new RandomKey(mix(seed + GOLDEN));
  }

  /** The key below this one for a purpose such as {@code "split"} or {@code "order"}. */
  public RandomKey child(String purpose) {
    long hash = value;
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash ^ purpose.charAt(i)) + GOLDEN;
    }
    return new RandomKey(mix(hash ^ purpose.length()));
  }

  /** The key below this one for a number: an epoch, a shard, a row. */
  public RandomKey child(long number) {
    return new RandomKey(mix(mix(value ^ GOLDEN) + mix(number + GOLDEN)));
  }

  /** 64 random bits for a counter. */
  public long bits(long counter) {
    return mix(value + GOLDEN * (counter + 1));
  }

  /** A number in [0, 1) for a counter, with 53 random bits. */
  public double uniform(long counter) {
    return (bits(counter) >>> 11) * TO_UNIT;
  }

  /** A whole number in [0, bound) for a counter; the bias is below bound / 2^64. */
  public long below(long counter, long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, is " + bound);
    }
    long bits = bits(counter);
    long high = Math.multiplyHigh(bits, bound);
    return bits < 0 ? high + bound : high;
  }

  /** A sequential generator that starts at counter 0; its draws are fixed by this key alone. */
  public RandomGenerator generator() {
    return new RandomGenerator() {
      private long counter;

      @Override
      public long nextLong() {
        return bits(counter++);
      }
    };
  }

  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
