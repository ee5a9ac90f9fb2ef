package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.source.Identity;
import dev.lockstep.spark.source.ImageColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import scala.Tuple2;

/**
 * Adds windows of earlier rows to rows. A training row is the row of its label: its window ends a
 * horizon before, so that a split in the order of time has every label of a part on its own side. A
 * row to predict ends its own window, whose label is still to come.
 */
final class SeriesWindows {
  private static final String SETTING = "data.series";
  private static final String TIME = "__lockstep_series_time";
  private static final String STEPS = "__lockstep_series_steps";
  private static final String SHORT = "__lockstep_series_short";
  private static final String EARLY = "__lockstep_series_early";
  private static final String NUMBER = "__lockstep_series_number";

  private final Series series;
  private final List<String> values;

  SeriesWindows(Series series, List<String> label) {
    this.series = series;
    this.values = series.values(label);
  }

  /**
   * Rows that have a whole window, which ends a horizon before them, and their part of a split in
   * the order of time.
   */
  Dataset<Row> beforeLabels(Dataset<Row> rows, SplitConfig split) {
    Dataset<Row> windows = whole(steps(rows, series.horizon()));
    return windows.withColumn(Series.SPLIT, part(rows, split)).drop(TIME);
  }

  /**
   * The part that a row's time decides, by bounds that are found in the times alone; only rows of
   * the source itself are divided.
   */
  private Column part(Dataset<Row> rows, SplitConfig split) {
    double test = split.test().share();
    double validation = split.validation().share();
    if (test + validation == 0) {
      return functions.lit(0);
    }
    JavaRDD<Long> times = times(rows);
    long count = times.count();
    long beforeTest = Math.round(count * (1 - test));
    long beforeValidation = Math.round(count * (1 - test - validation));
    Map<Long, Long> last =
        times
            .zipWithIndex()
            .filter(time -> time._2() == beforeTest - 1 || time._2() == beforeValidation - 1)
            .mapToPair(Tuple2::swap)
            .collectAsMap();
    return functions
        .when(isAfter(last, beforeTest), 2)
        .when(isAfter(last, beforeValidation), 1)
        .otherwise(0);
  }

  /**
   * Whether a row is later than so many: rows of one time stay together.
   *
   * @param last the time of the last of them, by its place
   */
  private static Column isAfter(Map<Long, Long> last, long rows) {
    return rows <= 0 ? functions.lit(true) : Columns.col(TIME).gt(last.get(rows - 1));
  }

  /** The times of those rows of the source itself that have a whole window, in order. */
  private JavaRDD<Long> times(Dataset<Row> rows) {
    Column number = functions.row_number().over(inOrder());
    return timed(rows.filter(Columns.col(Columns.PART).equalTo(0)))
        .withColumn(NUMBER, number)
        .filter(Columns.col(NUMBER).geq((long) series.window() + series.horizon()))
        .select(TIME)
        .orderBy(TIME)
        .as(Encoders.LONG())
        .javaRDD();
  }

  /**
   * Rows that end a whole window, whose label comes a horizon later.
   *
   * @param told is told what has none: {@link #withoutWindow}
   */
  Dataset<Row> ofLatest(Dataset<Row> rows, Observation told) {
    Column last = functions.lead(functions.lit(1), 1).over(inOrder()).isNull();
    Column few = functions.size(Columns.col(STEPS)).lt(series.window());
    Dataset<Row> steps =
        steps(rows, 0)
            .withColumn(SHORT, functions.when(last.and(few), 1L).otherwise(0L))
            .withColumn(EARLY, functions.when(few, 1L).otherwise(0L));
    return whole(steps.observe(told, sum(SHORT), sum(EARLY))).drop(TIME, SHORT, EARLY);
  }

  private static Column sum(String name) {
    Column sum = functions.sum(Columns.col(name));
    return functions.coalesce(sum, functions.lit(0L)).as(name);
  }

  /** Which series and rows have no window, of what an observation was told. */
  static WithoutWindow withoutWindow(Map<String, Object> told) {
    return new WithoutWindow(
        ((Number) told.get(SHORT)).longValue(), ((Number) told.get(EARLY)).longValue());
  }

  private Dataset<Row> timed(Dataset<Row> rows) {
    return rows.withColumn(TIME, OrderColumn.of(rows, series.time(), SETTING + ".time"));
  }

  private WindowSpec inOrder() {
    List<Column> apart = new ArrayList<>(List.of(Columns.col(Columns.PART)));
    series.key().forEach(name -> apart.add(Columns.col(name)));
    return Window.partitionBy(apart.toArray(Column[]::new))
        .orderBy(
            Columns.col(TIME),
            Columns.col(Identity.FILE),
            Columns.col(Identity.POSITION),
            Columns.col(Identity.HASH));
  }

  /** Rows with the steps that end so many rows before them, fewer at the start of a series. */
  private Dataset<Row> steps(Dataset<Row> rows, int ahead) {
    requireColumns(rows);
    WindowSpec inOrder = inOrder();
    Column steps =
        functions
            .collect_list(functions.array(values.stream().map(this::number).toArray(Column[]::new)))
            .over(inOrder.rowsBetween(1L - series.window() - ahead, -ahead));
    Column before = functions.lag(Columns.col(TIME), 1).over(inOrder);
    Column once =
        functions
            .when(before.equalTo(Columns.col(TIME)), KeyColumns.refused(twice()).isNotNull())
            .otherwise(true);
    return timed(rows).withColumn(STEPS, functions.when(once, steps));
  }

  /** Those whose steps make a whole window. */
  private Dataset<Row> whole(Dataset<Row> rows) {
    List<Integer> shape = List.of(series.window(), values.size());
    Column vector =
        org.apache.spark.ml.functions.array_to_vector(functions.flatten(Columns.col(STEPS)));
    return rows.filter(functions.size(Columns.col(STEPS)).equalTo(series.window()))
        .withColumn(Series.WINDOW, vector.as(Series.WINDOW, ImageColumn.told(shape)))
        .drop(STEPS);
  }

  private String twice() {
    String keys = String.join(", ", series.key());
    return "%s.time = %s has the time of another row%s: name the columns that tell series apart in"
            .formatted(
                SETTING, series.time(), keys.isEmpty() ? "" : " of the same series (" + keys + ")")
        + " data.series.key, or leave such rows out by data.where";
  }

  /** A value of a step; a row without one is an error. */
  private Column number(String name) {
    Column number = Columns.number(name);
    return functions
        .when(
            number.isNull().or(functions.isnan(number)),
            KeyColumns.absent(SETTING + ".columns", name).cast(DataTypes.DoubleType))
        .otherwise(number);
  }

  private void requireColumns(Dataset<Row> rows) {
    List<String> names = Arrays.asList(rows.columns());
    for (String name : series.sources(values)) {
      if (!names.contains(name)) {
        throw new ConfigException(SETTING + ": there is no column " + name);
      }
    }
    Optional<String> text =
        values.stream()
            .filter(name -> !(rows.schema().apply(name).dataType() instanceof NumericType))
            .findFirst();
    if (text.isPresent()) {
      throw new ConfigException(
          "%s.columns = %s: is of type %s, must be a number; make one in data.columns"
              .formatted(
                  SETTING, text.get(), rows.schema().apply(text.get()).dataType().simpleString()));
    }
  }
}
