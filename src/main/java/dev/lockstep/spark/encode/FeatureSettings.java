package dev.lockstep.spark.encode;

import dev.lockstep.spark.encode.Group.Kind;
import dev.lockstep.spark.prepare.FeatureConfig;
import dev.lockstep.spark.prepare.Missing;
import dev.lockstep.spark.prepare.TextTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run file says of how columns become features, by the columns' names: what two encodings
 * must share if one is to stand in for the other, whatever the order of the columns and whatever
 * the rows of the fit have decided.
 */
final class FeatureSettings {
  private FeatureSettings() {}

  /** A text for each column, or for the columns that are encoded together; sorted. */
  static List<String> of(List<Group> groups) {
    List<String> all = new ArrayList<>();
    for (Group group : groups) {
      List<String> columns = group.inputs().stream().map(Input::column).sorted().toList();
      boolean together =
          switch (group.encode()) {
            case HASH, CROSS, POLYNOMIAL -> true;
            default -> false;
          };
      List<String> named = together ? List.of(String.join(", ", columns)) : columns;
      named.forEach(name -> all.add(name + ": encode = " + settings(group)));
    }
    return all.stream().sorted().toList();
  }

  private static String settings(Group group) {
    FeatureConfig config = group.config();
    String own =
        switch (group.encode()) {
          case AUTO, STANDARDIZE, SCALE, MIN_MAX, NONE, INDEX, CROSS -> missing(group);
          case BUCKET ->
              config.quantiles() > 0
                  ? ", quantiles = " + config.quantiles() + missing(group)
                  : ", splits = " + config.splits() + missing(group);
          case ONE_HOT -> missing(group) + (config.dropFirst() ? ", drop_first = true" : "");
          case HASH ->
              ", buckets = "
                  + config.buckets()
                  + (config.missing() == Missing.AUTO ? "" : missing(group));
          case POLYNOMIAL -> ", degree = " + config.degree() + missing(group);
          case PIXELS ->
              ", scale = %s, mean = %s, std = %s"
                  .formatted(config.scale(), config.mean(), config.std());
          case TEXT_TOKENS -> text(config.text());
        };
    return word(group.encode()) + own;
  }

  private static String missing(Group group) {
    FeatureConfig config = group.config();
    if (group.kind() == Kind.VECTOR) {
      return "";
    }
    if (config.missing() == Missing.CONSTANT) {
      String constant = config.constant().orElseThrow();
      return ", missing = constant, constant = "
          + (group.kind() == Kind.NUMBER
              ? Double.toString(Double.parseDouble(constant))
              : constant);
    }
    Missing standard = group.kind() == Kind.NUMBER ? Missing.MEAN : Missing.CATEGORY;
    return ", missing = " + word(config.missing() == Missing.AUTO ? standard : config.missing());
  }

  private static String text(TextTokens text) {
    return ", unit = %s, lowercase = %s, length = %d, vocabulary = %d, min_count = %d, pad = %s, truncate = %s"
        .formatted(
            word(text.unit()),
            text.lowercase(),
            text.length(),
            text.vocabulary(),
            text.minCount(),
            word(text.pad()),
            word(text.truncate()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
