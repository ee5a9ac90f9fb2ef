package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Category;
import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many values the vectors of a column's categories have: {@code none} for no vectors, {@code
 * auto}, a number for all columns, or an object of numbers by column, in which others are auto.
 * Auto is fastai's rule of thumb: 1.6 n^0.56, rounded, at most 600, for n categories.
 *
 * @param vectors whether there are any
 * @param all values in every column; 0 for auto
 * @param columns values by column
 */
public record EmbeddingSize(boolean vectors, int all, Map<String, Integer> columns)
    implements Serializable {
  /** No vectors. */
  public static final EmbeddingSize NONE = new EmbeddingSize(false, 0, Map.of());

  /** By the rule. */
  public static final EmbeddingSize AUTO = new EmbeddingSize(true, 0, Map.of());

  private static final int MOST = 600;

  /** Checks the numbers. */
  public EmbeddingSize {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    columns.forEach((column, size) -> Ranges.atLeastOne(column, size));
  }

  /** Reads {@code none}, {@code auto} or a number. */
  public static EmbeddingSize parse(String text) {
    if (text.trim().equals("none") || text.trim().equals("auto")) {
      return text.trim().equals("none") ? NONE : AUTO;
    }
    int size = text.trim().matches("[0-9]{1,6}") ? Integer.parseInt(text.trim()) : 0;
    if (size < 1) {
      throw new IllegalArgumentException(
          "must be none, auto, a number of values from 1, or an object of column = values, is "
              + text);
    }
    return new EmbeddingSize(true, size, Map.of());
  }

  /** Numbers by column. */
  public static EmbeddingSize of(Map<String, Integer> columns) {
    return new EmbeddingSize(true, 0, columns);
  }

  /** The values of a vector of a column. */
  int of(Category category) {
    int rule = (int) Math.round(1.6 * StrictMath.pow(category.size(), 0.56));
    return columns.getOrDefault(category.name(), all > 0 ? all : Math.min(MOST, rule));
  }

  /** The columns that it names and that are not there. */
  Set<String> unknown(Collection<Category> categories) {
    Set<String> unknown = new TreeSet<>(columns.keySet());
    categories.forEach(category -> unknown.remove(category.name()));
    return unknown;
  }

  @Override
  public String toString() {
    if (!columns.isEmpty()) {
      return columns.toString();
    }
    return !vectors ? "none" : all > 0 ? Integer.toString(all) : "auto";
  }
}
