package dev.lockstep.spark.prepare;

import dev.lockstep.config.Required;
import dev.lockstep.spark.source.Source;
import dev.lockstep.spark.source.Synthetic;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code data} of a run file.
 *
 * @param source where the rows come from
 * @param validationSource validation rows that come in files of their own
 * @param testSource test rows that come in files of their own
 * @param label the label columns; empty takes the column {@code label}, if the source has labels
 * @param weight a column of row weights
 * @param offset a column added to the score
 * @param group rows with the same value stay in the same part of the split, and in the same fold
 * @param id a key that decides split, fold and rank in place of file and position
 * @param where a Spark SQL condition: other rows are left out
 * @param columns derived columns, Spark SQL expressions; one named like a column replaces it
 * @param features how columns become features; empty encodes every other column by its type
 * @param ignore columns that {@code "*"} and left-out {@code features} do not mean
 * @param split training, validation and test rows
 * @param shards S
 * @param badRows what happens to malformed rows
 * @param sample the share of rows that is kept, by hash
 * @param distinct leaves out rows that equal an earlier one in every column
 * @param classWeight the weight of each class
 * @param series rows as steps of time series, whose windows are then the only features
 * @param augment how images vary while a network trains on them
 */
public record DataConfig(
    @Required Source source,
    Optional<Source> validationSource,
    Optional<Source> testSource,
    List<String> label,
    Optional<String> weight,
    Optional<String> offset,
    Optional<String> group,
    Optional<String> id,
    Optional<String> where,
    Map<String, String> columns,
    List<FeatureConfig> features,
    List<String> ignore,
    SplitConfig split,
    Shards shards,
    BadRowPolicy badRows,
    double sample,
    boolean distinct,
    ClassWeights classWeight,
    Optional<Series> series,
    Augment augment)
    implements Serializable {
  private static final List<String> LABEL = List.of("label");

  /** The settings where nothing is said; the source must be given. */
  public static final DataConfig DEFAULTS = of(Synthetic.DEFAULTS);

  /** Checks the ranges. */
  public DataConfig {
    boolean silent = label.isEmpty() || label.equals(LABEL);
    if (!source.labelled() && !silent) {
      throw new IllegalArgumentException(
          "label must be left out, is %s: the source has none".formatted(label));
    }
    label = !silent ? List.copyOf(label) : source.labelled() ? LABEL : List.of();
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    features = List.copyOf(features);
    ignore = List.copyOf(ignore);
    if (series.isPresent()) {
      List<FeatureConfig> windows = List.of(FeatureConfig.ofWindows());
      requireSeries(source, features, windows, split);
      features = windows;
    }
    if (!(sample > 0 && sample <= 1)) {
      throw new IllegalArgumentException("sample must be above 0 and at most 1, is " + sample);
    }
    if (group.isPresent() && id.isPresent()) {
      throw new IllegalArgumentException("group and id both decide the split: give one of them");
    }
  }

  private static void requireSeries(
      Source source, List<FeatureConfig> features, List<FeatureConfig> windows, SplitConfig split) {
    if (!features.isEmpty() && !features.equals(windows)) {
      throw new IllegalArgumentException(
          "features must be left out with data.series, whose windows are the features");
    }
    if (!source.labelled()) {
      throw new IllegalArgumentException("series needs a label, which the source does not have");
    }
    boolean conditions = !Columns.conditions(split).isEmpty();
    if (conditions && split.validation().share() + split.test().share() > 0) {
      throw new IllegalArgumentException(
          "split must have conditions or shares with data.series, not both: set the other part to"
              + " 0");
    }
  }

  /** The same with shares of the split as parts in the order of time, where rows are series. */
  DataConfig inOrder() {
    return series.isEmpty()
        ? this
        : with(source, validationSource, testSource, sharedSplit().inOrder(Series.SPLIT));
  }

  /** The split without shares of parts that have a source of their own. */
  SplitConfig sharedSplit() {
    SplitPart none = SplitPart.of(0);
    return new SplitConfig(
        split.train().filter(part -> part.condition().isPresent()),
        validationSource.isPresent() ? none : split.validation(),
        testSource.isPresent() ? none : split.test(),
        split.stratify());
  }

  /** Rows of a source, everything else as it is where nothing is said. */
  public static DataConfig of(Source source) {
    return new DataConfig(
        source,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        SplitConfig.DEFAULTS,
        Shards.AUTO,
        BadRowPolicy.FAIL,
        1,
        false,
        ClassWeights.NONE,
        Optional.empty(),
        Augment.DEFAULTS);
  }

  /** The same with other sources. */
  public DataConfig withSources(
      Source rows, Optional<Source> validationRows, Optional<Source> testRows) {
    return with(rows, validationRows, testRows, split);
  }

  private DataConfig with(
      Source rows, Optional<Source> validationRows, Optional<Source> testRows, SplitConfig parts) {
    return new DataConfig(
        rows,
        validationRows,
        testRows,
        label,
        weight,
        offset,
        group,
        id,
        where,
        columns,
        features,
        ignore,
        parts,
        shards,
        badRows,
        sample,
        distinct,
        classWeight,
        series,
        augment);
  }
}
