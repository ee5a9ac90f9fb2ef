package dev.lockstep.torch;

import dev.lockstep.data.Category;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The dimensions of a tensor without that of the rows, as PyTorch orders them: {@code [features]},
 * or {@code [channels, height, width]}.
 *
 * @param sizes each at least 1
 * @param vocabulary how many ids there are where the values are ids of tokens; 0 where they are
 *     numbers
 * @param categories which of the values are numbers of categories
 */
public record Dims(List<Integer> sizes, int vocabulary, List<Category> categories)
    implements Serializable {
  /** Checks the sizes. */
  public Dims {
    sizes = List.copyOf(sizes);
    categories = List.copyOf(categories);
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException("dimensions must be at least 1, are " + sizes);
      }
    }
  }

  /** Dimensions of numbers, or of ids of tokens. */
  public Dims(List<Integer> sizes, int vocabulary) {
    this(sizes, vocabulary, List.of());
  }

  /** Dimensions of numbers. */
  public Dims(List<Integer> sizes) {
    this(sizes, 0);
  }

  /** So many ids of tokens. */
  static Dims tokens(int length, int vocabulary) {
    return new Dims(List.of(length), vocabulary);
  }

  /** Whether the values are ids of tokens. */
  boolean areTokens() {
    return vocabulary > 0;
  }

  /** Dimensions from numbers. */
  public static Dims of(Integer... sizes) {
    return new Dims(List.of(sizes));
  }

  /**
   * Refuses what is no sequence.
   *
   * @throws IllegalArgumentException if these are not {@code [steps, values]}
   */
  void requireSteps() {
    if (rank() != 2) {
      throw new IllegalArgumentException("takes [steps, values], is given " + this);
    }
  }

  /** How many dimensions there are. */
  public int rank() {
    return sizes.size();
  }

  /** A dimension, from 0. */
  public int size(int dimension) {
    return sizes.get(dimension);
  }

  /** The last dimension. */
  public int last() {
    return sizes.get(sizes.size() - 1);
  }

  /** How many values there are. */
  public int count() {
    return sizes.stream().reduce(1, Math::multiplyExact);
  }

  /** The same with another last dimension. */
  Dims withLast(int size) {
    Integer[] others = sizes.toArray(Integer[]::new);
    others[others.length - 1] = size;
    return of(others);
  }

  /** The dimensions as the binding takes them, rows first. */
  long[] withRows(int rows) {
    long[] all = new long[sizes.size() + 1];
    all[0] = rows;
    Arrays.setAll(all, i -> i == 0 ? rows : sizes.get(i - 1));
    return all;
  }

  /** The dimensions as the binding takes them. */
  long[] toArray() {
    return sizes.stream().mapToLong(Integer::longValue).toArray();
  }

  @Override
  public String toString() {
    return sizes.toString();
  }
}
