package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Moments of each element of a vector column, from its written entries; the zeros that sparse
 * vectors leave out are counted in at the end. Not safe for threads.
 */
public final class VectorMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean full;
  private int size = -1;
  private long rows;
  private long entries;
  private long[] counts = {};
  private double[] means = {};
  private double[] squares = {};
  private double[] mins = {};
  private double[] maxs = {};

  /**
   * Of no vectors yet.
   *
   * @param full whether moments are wanted; else only sizes are looked at
   */
  public VectorMoments(boolean full) {
    this.full = full;
  }

  /** Takes the size of a vector; false if another one had another size. */
  public boolean accepts(int vectorSize) {
    if (size < 0) {
      size = vectorSize;
      if (full) {
        counts = new long[size];
        means = new double[size];
        squares = new double[size];
        mins = new double[size];
        maxs = new double[size];
        Arrays.fill(mins, Double.POSITIVE_INFINITY);
        Arrays.fill(maxs, Double.NEGATIVE_INFINITY);
      }
    }
    return size == vectorSize;
  }

  /** Ends a vector of so many written entries. */
  public void addRow(int written) {
    rows++;
    entries += written;
  }

  /** The same of several vectors, all of the size that was taken. */
  public void addRows(long vectors, long written) {
    rows += vectors;
    entries += written;
  }

  /** Adds an entry of a vector. */
  public void add(int index, double x) {
    if (full) {
      long n = ++counts[index];
      double delta = x - means[index];
      means[index] += delta / n;
      squares[index] += delta * (x - means[index]);
      mins[index] = Math.min(mins[index], x);
      maxs[index] = Math.max(maxs[index], x);
    }
  }

  /** Adds the vectors to the right of these; these. The sizes must be equal. */
  public VectorMoments merge(VectorMoments right) {
    if (right.size < 0) {
      return this;
    }
    if (!accepts(right.size)) {
      throw new IllegalArgumentException("vectors of " + size + " and " + right.size);
    }
    rows += right.rows;
    entries += right.entries;
    for (int i = 0; i < right.counts.length; i++) {
      merge(i, right.counts[i], right.means[i], right.squares[i]);
      mins[i] = Math.min(mins[i], right.mins[i]);
      maxs[i] = Math.max(maxs[i], right.maxs[i]);
    }
    return this;
  }

  private void merge(int i, long count, double mean, double square) {
    if (count == 0) {
      return;
    }
    long total = counts[i] + count;
    double delta = mean - means[i];
    squares[i] += square + delta * delta * ((double) counts[i] * count / total);
    means[i] = counts[i] == 0 ? mean : means[i] + delta * ((double) count / total);
    counts[i] = total;
  }

  /** Counts the zeros in that were not written; these. To be called once, on the whole. */
  public VectorMoments withZeros() {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < rows) {
        merge(i, rows - counts[i], 0, 0);
        mins[i] = Math.min(mins[i], 0);
        maxs[i] = Math.max(maxs[i], 0);
      }
    }
    return this;
  }

  /** The size of the vectors, -1 of none. */
  public int size() {
    return size;
  }

  /** How many vectors there are. */
  public long rows() {
    return rows;
  }

  /** How many entries they have written. */
  public long entries() {
    return entries;
  }

  /** The mean of each element. */
  public double[] means() {
    return means.clone();
  }

  /** The standard deviation of each element with n - 1; 0 for constant ones. */
  public double[] deviations() {
    double[] deviations = new double[counts.length];
    for (int i = 0; i < deviations.length; i++) {
      boolean constant = counts[i] < 2 || mins[i] == maxs[i];
      deviations[i] = constant ? 0 : Math.sqrt(squares[i] / (counts[i] - 1));
    }
    return deviations;
  }

  /** The smallest value of each element. */
  public double[] mins() {
    return mins.clone();
  }

  /** The largest value of each element. */
  public double[] maxs() {
    return maxs.clone();
  }
}
