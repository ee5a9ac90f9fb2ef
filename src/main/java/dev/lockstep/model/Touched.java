package dev.lockstep.model;

import java.util.BitSet;

/**
 * Which blocks of a vector may hold more than +0.0: all others do not travel, are not added and
 * need not be cleared, and every bit comes out as if they were. Not safe for threads.
 */
public final class Touched {
  /** Values of a block: a processor's cache line of float32. */
  public static final int BLOCK = 16;

  private final int values;
  private final BitSet blocks;
  private boolean all;

  /** No block of a vector of {@code values} values. */
  public Touched(int values) {
    this(values, new BitSet());
  }

  private Touched(int values, BitSet blocks) {
    this.values = values;
    this.blocks = blocks;
  }

  /** Every block. */
  public static Touched all(int values) {
    Touched touched = new Touched(values);
    touched.all = true;
    return touched;
  }

  /**
   * The blocks of a bit each, the first in the lowest, as {@link #bits} gives them.
   *
   * @throws IllegalArgumentException if there are others than those of so many values
   */
  public static Touched of(int values, long[] bits) {
    BitSet blocks = BitSet.valueOf(bits);
    if (blocks.length() > count(values)) {
      throw new IllegalArgumentException(
          "block %d of %d".formatted(blocks.length() - 1, count(values)));
    }
    return new Touched(values, blocks);
  }

  /**
   * The blocks of a part of a vector that are touched and do hold more than +0.0.
   *
   * @param from the first value of a block
   */
  public Touched in(float[] vector, int from, int length) {
    if (all && eachHolds(vector, from, length)) {
      return all(length);
    }
    Touched found = new Touched(length);
    int first = from / BLOCK;
    int last = first + count(length);
    int held = 0;
    for (int block = next(first); block >= 0 && block < last; block = next(block + 1)) {
      if (holdsAny(vector, block * BLOCK, Math.min(from + length, block * BLOCK + BLOCK))) {
        found.blocks.set(block - first);
        held++;
      }
    }
    found.all = held == count(length);
    return found;
  }

  private static boolean eachHolds(float[] vector, int from, int length) {
    int at = from;
    int end = from + length;
    while (at < end && holdsAny(vector, at, Math.min(end, at + BLOCK))) {
      at += BLOCK;
    }
    return at >= end;
  }

  private int next(int block) {
    return all ? block : blocks.nextSetBit(block);
  }

  private static boolean holdsAny(float[] vector, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Float.floatToRawIntBits(vector[i]) != 0) { // -0.0 is something
        return true;
      }
    }
    return false;
  }

  /** How many blocks so many values have. */
  public static int count(int values) {
    return (int) (((long) values + BLOCK - 1) / BLOCK);
  }

  /** Whether every block is. */
  public boolean isAll() {
    return all;
  }

  /** A bit for each block, the first in the lowest; those after the last one set may lack. */
  public long[] bits() {
    return blocks.toLongArray();
  }

  /** How many values the blocks have. */
  public int size() {
    if (all) {
      return values;
    }
    int[] size = new int[1];
    each((from, to) -> size[0] += to - from);
    return size[0];
  }

  /** Touches all. */
  void touch() {
    all = true;
  }

  /** Touches the blocks of {@code [from, to)}. */
  void touch(int from, int to) {
    if (from < to) {
      blocks.set(from / BLOCK, (to - 1) / BLOCK + 1);
    }
  }

  /** Touches what another touches. */
  void touch(Touched other) {
    all |= other.all;
    blocks.or(other.blocks);
  }

  /** Touches nothing any more. */
  void clear() {
    all = false;
    blocks.clear();
  }

  /** What is done to a run of values. */
  @FunctionalInterface
  public interface Work {
    /** Does it to {@code [from, to)}. */
    void run(int from, int to);
  }

  /** Does some work to the longest runs of neighbouring blocks, ascending. */
  public void each(Work work) {
    if (all) {
      work.run(0, values);
      return;
    }
    for (int block = blocks.nextSetBit(0); block >= 0; ) {
      int end = blocks.nextClearBit(block);
      work.run(block * BLOCK, (int) Math.min(values, (long) end * BLOCK));
      block = blocks.nextSetBit(end);
    }
  }
}
