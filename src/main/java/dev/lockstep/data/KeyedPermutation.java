package dev.lockstep.data;

import dev.lockstep.math.RandomKey;

/**
 * A permutation of 0..size-1 computed element by element, in no memory: a Feistel network over the
 * next even power of two, walked until it lands inside (Black and Rogaway 2002).
 *
 * @param size how many elements
 * @param key draws the permutation
 * @param halfBits half the bits of the network
 */
public record KeyedPermutation(long size, RandomKey key, int halfBits) {
  private static final int ROUNDS = 4;

  /** Four rounds on a few bits favour some elements by a third. */
  private static final int ROUNDS_OF_FEW = 12;

  private static final int FEW_HALF_BITS = 6;

  /** The permutation of {@code size} elements that a key draws. */
  public static KeyedPermutation of(long size, RandomKey key) {
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, size - 1));
    return new KeyedPermutation(size, key, (bits + 1) / 2);
  }

  /** The element at a position. */
  public long at(long position) {
    if (position < 0 || position >= size) {
      throw new IllegalArgumentException("position " + position + " of " + size);
    }
    long walked = position;
    do {
      walked = network(walked);
    } while (Long.compareUnsigned(walked, size) >= 0);
    return walked;
  }

  private long network(long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    int rounds = halfBits < FEW_HALF_BITS ? ROUNDS_OF_FEW : ROUNDS;
    for (int round = 0; round < rounds; round++) {
      long next = left ^ (key.bits(right * rounds + round) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}
