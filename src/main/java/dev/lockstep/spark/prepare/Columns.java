package dev.lockstep.spark.prepare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Names of the columns that preparation adds, and which columns a run needs. */
public final class Columns {
  /** Int: the ordinal of the {@link dev.lockstep.data.Split}. */
  public static final String SPLIT = "__lockstep_split";

  /** Int: 0 for the rows of the source, 1 of the validation source, 2 of the test source. */
  public static final String PART = "__lockstep_part";

  /** Binary: the fold of a training row in each repeat, where folds were asked for. */
  public static final String FOLDS = "__lockstep_folds";

  /** The row's position after {@code where}, in conditions of the split. */
  static final String ROW = "row";

  private static final String WHERE = "data.where";

  private Columns() {}

  /** A column by its name, whatever signs it holds. */
  public static Column col(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** A column as a double. */
  public static Column number(String name) {
    return col(name).cast(DataTypes.DoubleType);
  }

  /** The columns from which derived labels are made: they would give the label away. */
  public static Set<String> labelSources(DataConfig data) {
    return new Derived(data.columns()).sourceColumns(data.label());
  }

  /** Whether every column of the source is needed. */
  static boolean needsAll(DataConfig data) {
    return data.distinct()
        || data.features().isEmpty()
        || data.features().stream().anyMatch(feature -> feature.columns().contains("*"));
  }

  /** The label, weight, offset, group and id columns. */
  public static Set<String> roles(DataConfig data) {
    Set<String> names = new LinkedHashSet<>(data.label());
    Stream.of(data.weight(), data.offset(), data.group(), data.id())
        .flatMap(Optional::stream)
        .forEach(names::add);
    return names;
  }

  /**
   * The columns that each setting names, derived ones by what they read.
   *
   * @param order a column that {@code tune.fold_by} names
   */
  static Map<String, Collection<String>> settings(DataConfig data, Optional<String> order) {
    Map<String, Collection<String>> named = new LinkedHashMap<>();
    Derived derived = new Derived(data.columns());
    derived.names().forEach(name -> named.put("data.columns." + name, derived.references(name)));
    named.put("data.label", data.label());
    named.put("data.weight", data.weight().stream().toList());
    named.put("data.offset", data.offset().stream().toList());
    named.put("data.group", data.group().stream().toList());
    named.put("data.id", data.id().stream().toList());
    data.series()
        .ifPresent(
            series -> {
              named.put("data.series.time", List.of(series.time()));
              named.put("data.series.key", series.key());
              named.put("data.series.columns", series.columns());
            });
    named.put("data.features", features(data));
    data.where().ifPresent(sql -> named.put(WHERE, Expressions.references(WHERE, sql)));
    for (Condition condition : conditions(data.split())) {
      named.put(condition.key(), Expressions.references(condition.key(), condition.sql()));
    }
    named.put("tune.fold_by", order.stream().toList());
    return named;
  }

  /** The columns that features are made of, as far as they are named. */
  static List<String> features(DataConfig data) {
    return data.features().stream()
        .flatMap(feature -> feature.columns().stream())
        .filter(name -> !name.equals("*"))
        .distinct()
        .toList();
  }

  /** The columns that choose rows: those of {@code where} and of the split's conditions. */
  static Set<String> choosing(DataConfig data) {
    Set<String> names = new LinkedHashSet<>(where(data));
    for (Condition condition : conditions(data.split())) {
      names.addAll(Expressions.references(condition.key(), condition.sql()));
    }
    names.remove(ROW);
    names.remove(Series.SPLIT);
    return names;
  }

  /** The columns of {@code where}. */
  static Set<String> where(DataConfig data) {
    return data.where().map(sql -> Expressions.references(WHERE, sql)).orElse(Set.of());
  }

  /** A condition of the split: the part's ordinal, where it stands, its text. */
  record Condition(int split, String key, String sql) {}

  /** The conditions, test first: where several hold, the first decides. */
  static List<Condition> conditions(SplitConfig split) {
    List<Condition> found = new ArrayList<>();
    split.test().condition().ifPresent(s -> found.add(new Condition(2, "data.split.test", s)));
    split
        .validation()
        .condition()
        .ifPresent(s -> found.add(new Condition(1, "data.split.validation", s)));
    split
        .train()
        .flatMap(SplitPart::condition)
        .ifPresent(s -> found.add(new Condition(0, "data.split.train", s)));
    return found;
  }
}
