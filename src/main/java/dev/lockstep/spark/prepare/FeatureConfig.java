package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.TokenColumn;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Columns that are encoded alike: an element of {@code data.features}.
 *
 * @param columns the columns; {@code "*"} stands for every column that is not named elsewhere
 * @param encode how they become features
 * @param missing what stands for missing values
 * @param constant the value for {@code missing = constant}
 * @param buckets the number of hash buckets of {@code hash}
 * @param splits inner boundaries of {@code bucket}, ascending: a value equal to one goes above it
 * @param quantiles the number of buckets of {@code bucket} with about equally many training rows; 0
 *     where {@code splits} are given
 * @param degree the highest degree of {@code polynomial}
 * @param dropFirst leaves the most frequent category out of {@code one_hot}
 * @param maxCategories more categories than this in one column are an error
 * @param scale what {@code pixels} are divided by
 * @param mean of {@code pixels} after that, one a channel; subtracted. Empty for none
 * @param std of {@code pixels} after that, one a channel; they are divided by it. Empty for none
 * @param shape {@code [channels, height, width]} of {@code pixels}, where the source does not tell
 * @param text the tokens of {@code text_tokens}
 */
public record FeatureConfig(
    List<String> columns,
    Encode encode,
    Missing missing,
    Optional<String> constant,
    int buckets,
    List<Double> splits,
    int quantiles,
    int degree,
    boolean dropFirst,
    int maxCategories,
    double scale,
    List<Double> mean,
    List<Double> std,
    List<Integer> shape,
    TextTokens text)
    implements Serializable {
  private static final double PIXEL_SCALE = 255;

  /** Every other column, by its type. */
  public static final FeatureConfig DEFAULTS =
      new FeatureConfig(
          List.of("*"),
          Encode.AUTO,
          Missing.AUTO,
          Optional.empty(),
          1 << 18,
          List.of(),
          0,
          2,
          false,
          100_000,
          PIXEL_SCALE,
          List.of(),
          List.of(),
          List.of(),
          TextTokens.DEFAULTS);

  /** Checks the ranges. */
  public FeatureConfig {
    columns = List.copyOf(columns);
    splits = List.copyOf(splits);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    shape = List.copyOf(shape);
    require(!columns.isEmpty(), "columns must name at least one column");
    require(buckets >= 1, "buckets must be at least 1, is " + buckets);
    require(degree >= 1 && degree <= 10, "degree must be 1 to 10, is " + degree);
    require(maxCategories >= 1, "max_categories must be at least 1, is " + maxCategories);
    require(
        (missing == Missing.CONSTANT) == constant.isPresent(),
        "constant goes with missing = constant, and only with it");
    require(
        encode == Encode.BUCKET
            ? splits.isEmpty() != (quantiles == 0)
            : splits.isEmpty() && quantiles == 0,
        "encode = bucket needs either splits or quantiles, other encodings neither");
    require(quantiles == 0 || quantiles >= 2, "quantiles must be at least 2, is " + quantiles);
    require(
        encode == Encode.TEXT_TOKENS || text.equals(TextTokens.DEFAULTS),
        "text goes with encode = text_tokens, and only with it");
    for (int i = 1; i < splits.size(); i++) {
      require(splits.get(i - 1) < splits.get(i), "splits must be ascending, are " + splits);
    }
    requirePixels(encode, scale, mean, std, shape);
  }

  private static void requirePixels(
      Encode encode, double scale, List<Double> mean, List<Double> std, List<Integer> shape) {
    boolean plain = scale == PIXEL_SCALE && mean.isEmpty() && std.isEmpty() && shape.isEmpty();
    require(
        encode == Encode.PIXELS || plain,
        "scale, mean, std and shape go with encode = pixels only");
    require(scale > 0 && scale < 1e30, "scale must be above 0, is " + scale);
    require(mean.stream().allMatch(x -> Math.abs(x) < 1e30), "mean must be numbers, is " + mean);
    require(std.stream().allMatch(x -> x > 1e-30 && x < 1e30), "std must be above 0, is " + std);
    require(
        shape.isEmpty() || shape.size() == 3 && shape.stream().allMatch(length -> length >= 1),
        "shape must be [channels, height, width], is " + shape);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Ids of the tokens of a column, all that occur. */
  public static FeatureConfig ofTokens(String column, TokenColumn told) {
    TextTokens text =
        new TextTokens(
            told.unit(),
            false,
            told.length(),
            TextTokens.DEFAULTS.vocabulary(),
            TextTokens.DEFAULTS.minCount(),
            TextTokens.DEFAULTS.pad(),
            TextTokens.DEFAULTS.truncate());
    return of(column, Encode.TEXT_TOKENS, text);
  }

  /** Windows of time series: each number minus its mean, divided by its deviation. */
  static FeatureConfig ofWindows() {
    return of(Series.WINDOW, Encode.STANDARDIZE, DEFAULTS.text);
  }

  private static FeatureConfig of(String column, Encode encode, TextTokens text) {
    return new FeatureConfig(
        List.of(column),
        encode,
        DEFAULTS.missing,
        DEFAULTS.constant,
        DEFAULTS.buckets,
        DEFAULTS.splits,
        DEFAULTS.quantiles,
        DEFAULTS.degree,
        DEFAULTS.dropFirst,
        DEFAULTS.maxCategories,
        DEFAULTS.scale,
        DEFAULTS.mean,
        DEFAULTS.std,
        DEFAULTS.shape,
        text);
  }

  /** The same for other columns. */
  public FeatureConfig withColumns(List<String> others) {
    return new FeatureConfig(
        others,
        encode,
        missing,
        constant,
        buckets,
        splits,
        quantiles,
        degree,
        dropFirst,
        maxCategories,
        scale,
        mean,
        std,
        shape,
        text);
  }
}
