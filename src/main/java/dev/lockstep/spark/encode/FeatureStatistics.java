package dev.lockstep.spark.encode;

import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.DataException;
import dev.lockstep.spark.encode.Group.Kind;
import dev.lockstep.spark.prepare.Categories;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.Encode;
import dev.lockstep.spark.prepare.FeatureConfig;
import dev.lockstep.spark.prepare.Moments;
import dev.lockstep.spark.prepare.Statistics;
import dev.lockstep.spark.prepare.StatisticsRequest;
import dev.lockstep.spark.prepare.TextTokens;
import dev.lockstep.spark.prepare.VectorMoments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StringType;

/** What is asked of the training rows for the groups, and the answers by input. */
final class FeatureStatistics {
  private final Map<Input, Moments> numbers = new HashMap<>();
  private final Map<Input, Categories> categories = new HashMap<>();
  private final Map<Input, VectorMoments> vectors = new HashMap<>();
  private final Map<Input, Categories> tokens = new HashMap<>();

  /** An input and its group. */
  private record Asked(Group group, Input input) {}

  private final List<Asked> askedNumbers = new ArrayList<>();
  private final List<Asked> askedCategories = new ArrayList<>();
  private final List<Asked> askedVectors = new ArrayList<>();
  private final List<Asked> askedTexts = new ArrayList<>();

  FeatureStatistics(List<Group> groups) {
    for (Group group : groups) {
      for (Input input : group.inputs()) {
        Asked asked = new Asked(group, input);
        if (group.kind() == Kind.VECTOR) {
          askedVectors.add(asked);
        } else if (group.kind() == Kind.TEXT) {
          askedTexts.add(asked);
        } else if (isNumber(group, input)) {
          askedNumbers.add(asked);
        } else if (group.encode() != Encode.HASH) {
          askedCategories.add(asked);
        }
      }
    }
  }

  /** Whether an input is taken as a number: a cross may hold both. */
  static boolean isNumber(Group group, Input input) {
    return group.kind() == Kind.NUMBER
        || group.encode() == Encode.CROSS && !(input.type() instanceof StringType);
  }

  /** The columns that statistics read, in the order of the request. */
  List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    askedNumbers.forEach(asked -> columns.add(functions.expr(asked.input.number())));
    askedCategories.forEach(asked -> columns.add(functions.expr(asked.input.category())));
    askedVectors.forEach(asked -> columns.add(Columns.col(asked.input.column())));
    askedTexts.forEach(asked -> columns.add(Columns.col(asked.input.column())));
    return columns;
  }

  List<StatisticsRequest.Numbers> numberRequests() {
    return askedNumbers.stream()
        .map(a -> new StatisticsRequest.Numbers(a.input.column(), a.group.exact()))
        .toList();
  }

  List<Integer> categoryRequests() {
    return askedCategories.stream().map(asked -> asked.group.config().maxCategories()).toList();
  }

  List<StatisticsRequest.Vectors> vectorRequests() {
    return askedVectors.stream().map(FeatureStatistics::vectors).toList();
  }

  private static StatisticsRequest.Vectors vectors(Asked asked) {
    String name = asked.input.column();
    return switch (asked.group.encode()) {
      case NONE -> new StatisticsRequest.Vectors(name, false);
      case PIXELS -> new StatisticsRequest.Vectors(name, false, asked.group.scaling(asked.input));
      default -> new StatisticsRequest.Vectors(name, true);
    };
  }

  List<TextTokens> textRequests() {
    return askedTexts.stream().map(asked -> asked.group.config().text()).toList();
  }

  /** Takes the answers. */
  void take(Statistics statistics) {
    for (int i = 0; i < askedNumbers.size(); i++) {
      Input input = askedNumbers.get(i).input;
      Moments moments = statistics.numbers().get(i);
      if (moments.count() == 0) {
        throw new ChosenRowsException(
            "column %s has no value in the training rows: name it in data.ignore"
                .formatted(input.column()));
      }
      numbers.put(input, moments);
    }
    for (int i = 0; i < askedCategories.size(); i++) {
      Asked asked = askedCategories.get(i);
      Categories found = statistics.categories().get(i);
      if (found.more()) {
        throw new DataException(
            ("column %s has more different values than max_categories = %d: use encode = hash, raise"
                    + " max_categories, or name a column that tells rows apart in data.ignore")
                .formatted(asked.input.column(), asked.group.config().maxCategories()));
      }
      categories.put(asked.input, found);
    }
    for (int i = 0; i < askedVectors.size(); i++) {
      vectors.put(askedVectors.get(i).input, statistics.vectors().get(i));
    }
    for (int i = 0; i < askedTexts.size(); i++) {
      tokens.put(askedTexts.get(i).input, statistics.tokens().get(i));
    }
  }

  Moments numbers(Input input) {
    return numbers.get(input);
  }

  /** Boundaries from -infinity to infinity; equal quantiles count once. */
  double[] splits(FeatureConfig config, Input input) {
    TreeSet<Double> inner = new TreeSet<>(config.splits());
    for (int q = 1; q < config.quantiles(); q++) {
      inner.add(numbers(input).quantile((double) q / config.quantiles()));
    }
    inner.add(Double.NEGATIVE_INFINITY);
    inner.add(Double.POSITIVE_INFINITY);
    return inner.stream().mapToDouble(Double::doubleValue).toArray();
  }

  Categories categories(Input input) {
    return categories.get(input);
  }

  /** How often each token occurs. */
  Categories tokens(Input input) {
    return tokens.get(input);
  }

  VectorMoments vectors(Input input) {
    return vectors.get(input);
  }
}
