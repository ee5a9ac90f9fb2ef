package dev.lockstep.model;

import dev.lockstep.math.IdleThreads;
import java.util.Arrays;
import java.util.Objects;

/**
 * What one round adds up, for each member: weighted gradients, weighted losses and weights. Always
 * sums, never means. A narrow sum is float32 all along (steps on mini-batches); a wide one is
 * float32 inside a block and float64 from there on (full-batch rounds). Not safe for threads.
 */
public final class GradientSum {
  /** Gradients that a thread adds at a time. */
  private static final int SHARE = 1 << 13;

  /** Values that are copied and, still in the cache, added at a time. */
  private static final int CHUNK = 1 << 12;

  private final int members;
  private final int size;
  private final float[] gradients;
  private final double[] totals;
  private final double[] lossSums;
  private final double[] weightSums;
  private final Touched touched;
  private boolean open;

  /** From here on gradients are left of another sum; none of them is touched, so they are +0.0. */
  private int stale;

  /** Copies of values on their way. */
  private float[] chunk = {};

  /** A sum of zero for {@code members} members of {@code size} parameters. */
  public GradientSum(int members, int size, boolean wide) {
    this(
        members,
        size,
        new float[Math.multiplyExact(members, size)],
        wide ? new double[Math.multiplyExact(members, size)] : new double[0],
        new double[members],
        new double[members],
        new Touched(members * size));
  }

  /**
   * A sum over existing arrays, which it keeps.
   *
   * @param gradients {@code [members, size]}, or empty for a closed wide sum
   * @param totals {@code [members, size]} of a wide sum, empty for a narrow one
   * @param lossSums {@code [members]}
   * @param weightSums {@code [members]}
   */
  public GradientSum(
      int members,
      int size,
      float[] gradients,
      double[] totals,
      double[] lossSums,
      double[] weightSums) {
    this(members, size, gradients, totals, lossSums, weightSums, Touched.all(gradients.length));
  }

  /**
   * The same of gradients that are +0.0 but for some blocks.
   *
   * @param touched the blocks; kept
   */
  public GradientSum(
      int members,
      int size,
      float[] gradients,
      double[] totals,
      double[] lossSums,
      double[] weightSums,
      Touched touched) {
    this.touched = touched;
    this.members = members;
    this.size = size;
    this.gradients = gradients;
    this.totals = totals;
    this.lossSums = lossSums;
    this.weightSums = weightSums;
    this.stale = gradients.length;
  }

  /** K. */
  public int members() {
    return members;
  }

  /** P. */
  public int size() {
    return size;
  }

  /** Whether totals are float64. */
  public boolean wide() {
    return totals.length > 0 || gradients.length == 0;
  }

  /**
   * {@code [members, size]}: the sum itself if narrow, the open block's if wide. Written to. A wide
   * sum whose replica never asks for them has no block to close.
   */
  public float[] gradients() {
    clear();
    open = true;
    touched.touch();
    return gradients;
  }

  /** The same for one who writes to {@code [from, to)} alone: the rest costs nothing. */
  public float[] gradients(int from, int to) {
    clear();
    open = true;
    touched.touch(from, to);
    return gradients;
  }

  /** Values that lie elsewhere, such as in native memory. */
  public interface Source {
    /**
     * Copies some of them, on the thread that adds them.
     *
     * @param from the first
     * @param into written
     * @param at where the first one goes
     * @param count how many
     */
    void read(int from, float[] into, int at, int count);
  }

  /**
   * Adds values from one gradient on. Where they are the first, and those before them are there,
   * they are written in place of adding them to what was cleared for them.
   *
   * @param values the first {@code length} of them
   */
  public void add(int at, int length, Source values) {
    Objects.checkFromIndexSize(at, length, gradients.length);
    int to = at + length;
    if (at == stale) {
      open = true;
      touched.touch(at, to);
      stale = to;
      begin(values, at, length);
    } else {
      gradients(at, to);
      addRead(values, at, length);
    }
  }

  /** What comes of adding the values to +0.0: of -0.0, +0.0. */
  private void begin(Source values, int at, int length) {
    for (int from = 0; from < length; from += CHUNK) {
      int count = Math.min(CHUNK, length - from);
      int start = at + from;
      values.read(from, gradients, start, count);
      for (int i = start; i < start + count; i++) {
        gradients[i] += 0f;
      }
    }
  }

  private void addRead(Source values, int at, int length) {
    if (chunk.length == 0) {
      chunk = new float[CHUNK];
    }
    for (int from = 0; from < length; from += CHUNK) {
      int count = Math.min(CHUNK, length - from);
      values.read(from, chunk, 0, count);
      for (int i = 0; i < count; i++) {
        gradients[at + from + i] += chunk[i];
      }
    }
  }

  /** The same for one who only reads. */
  public float[] values() {
    clear();
    return gradients;
  }

  private void clear() {
    if (stale < gradients.length) {
      Arrays.fill(gradients, stale, gradients.length, 0f);
      stale = gradients.length;
    }
  }

  /** Which of the gradients may be more than +0.0. */
  public Touched touched() {
    return touched;
  }

  /**
   * {@code [members, size]} if wide, else empty. A replica whose batches touch few parameters may
   * add to them straight away.
   */
  public double[] totals() {
    return totals;
  }

  /** {@code [members]} sums of weight times loss. Written to. */
  public double[] lossSums() {
    return lossSums;
  }

  /** {@code [members]} sums of weights. Written to. */
  public double[] weightSums() {
    return weightSums;
  }

  /** Ends a block: a wide sum takes the block's gradients into its totals. */
  public void closeBlock() {
    if (totals.length > 0 && open) {
      clear();
      for (int i = 0; i < totals.length; i++) {
        totals[i] += gradients[i];
      }
      Arrays.fill(gradients, 0f);
      touched.clear();
      open = false;
    }
  }

  /**
   * Makes it a sum of nothing again.
   *
   * @return false if it is of another shape, and was left as it is
   */
  public boolean restart(int newMembers, int newSize, boolean wide) {
    boolean whole = gradients.length == members * size;
    if (newMembers != members || newSize != size || wide != wide() || !whole) {
      return false;
    }
    clear();
    if (touched.size() == gradients.length) {
      stale = 0;
    } else {
      touched.each((from, to) -> Arrays.fill(gradients, from, to, 0f));
    }
    touched.clear();
    Arrays.fill(totals, 0);
    Arrays.fill(lossSums, 0);
    Arrays.fill(weightSums, 0);
    open = false;
    return true;
  }

  /** The same sum in arrays of its own. */
  public GradientSum copy() {
    clear();
    return new GradientSum(
        members, size, gradients.clone(), totals.clone(), lossSums.clone(), weightSums.clone());
  }

  /** Adds the subtree to the right of this one; this sum. */
  public GradientSum add(GradientSum right) {
    if (right.members != members || right.size != size || right.wide() != wide()) {
      throw new IllegalArgumentException(
          "%d x %d wide=%s + %d x %d wide=%s"
              .formatted(members, size, wide(), right.members, right.size, right.wide()));
    }
    clear();
    right.clear();
    if (wide()) {
      for (int i = 0; i < totals.length; i++) {
        totals[i] += right.totals[i];
      }
    } else {
      touched.touch(right.touched);
      touched.each((from, to) -> add(right.gradients, from, to));
    }
    for (int k = 0; k < members; k++) {
      lossSums[k] += right.lossSums[k];
      weightSums[k] += right.weightSums[k];
    }
    return this;
  }

  /** With the threads that wait for it, where there are any. */
  private void add(float[] right, int from, int to) {
    if (!IdleThreads.share(from, to, SHARE, (start, end) -> addHere(right, start, end))) {
      addHere(right, from, to);
    }
  }

  /** Also where one side is +0.0: the other may be -0.0, which becomes +0.0. */
  private void addHere(float[] right, int from, int to) {
    for (int i = from; i < to; i++) {
      gradients[i] += right[i];
    }
  }
}
