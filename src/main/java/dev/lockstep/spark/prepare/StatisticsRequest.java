package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.List;

/**
 * Which columns of a frame are looked at, and how. The frame has {@link Columns#SPLIT}, {@link
 * Columns#PART}, file and position first, then the columns of the labels, of {@code weight} and
 * {@code offset} where present, of numbers, categories, vectors and texts, in this order.
 *
 * @param labels label columns
 * @param classes whether labels are class names (strings), else they are doubles
 * @param nonNegative whether labels must not be below 0
 * @param someUnlabelled whether training rows may have no label
 * @param weight the name of the weight column, empty for none
 * @param offset the name of the offset column, empty for none
 * @param numbers nullable double columns
 * @param categories how many categories are counted, at most, of each nullable string column
 * @param vectors vector columns
 * @param texts how each nullable string column becomes tokens, which are counted
 */
public record StatisticsRequest(
    List<String> labels,
    boolean classes,
    boolean nonNegative,
    boolean someUnlabelled,
    String weight,
    String offset,
    List<Numbers> numbers,
    List<Integer> categories,
    List<Vectors> vectors,
    List<TextTokens> texts)
    implements Serializable {
  /**
   * A column of numbers.
   *
   * @param name the user's column, for messages
   * @param exact whether distinct values are counted
   */
  public record Numbers(String name, boolean exact) implements Serializable {}

  /**
   * A column of vectors.
   *
   * @param name the user's column, for messages
   * @param moments whether moments of each element are wanted
   * @param scaling what is done to the elements before they are looked at
   */
  public record Vectors(String name, boolean moments, PixelScaling scaling)
      implements Serializable {
    /** Vectors as they are. */
    public Vectors(String name, boolean moments) {
      this(name, moments, PixelScaling.NONE);
    }
  }
}
