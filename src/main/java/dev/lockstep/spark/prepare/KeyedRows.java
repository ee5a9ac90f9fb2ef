package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.NumberedFiles;
import dev.lockstep.spark.source.RowNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF6;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of the sources, read lazily, that know where they go: {@link #places} finds it from their
 * key columns. They are dealt when somebody first asks for dealt rows.
 */
public final class KeyedRows {
  private static final String PLACE = "__lockstep_place";

  private final Dataset<Row> chosen;
  private final Keyed keyed;
  private final Placement placement;
  private final int shards;
  private final Optional<NumberedFiles> files;
  private final Optional<FilePlaces> filePlaces;
  private final Folds folds;
  private final Map<Integer, RowNames> names;
  private RowPlaces places;
  private Dataset<Row> dealt;

  /**
   * Rows with places.
   *
   * @param chosen has the columns that dealt rows have, but for folds and split
   * @param keyed the same with the columns of {@link KeyColumns}
   * @param files the same rows by file and number, where their identities decide their places
   * @param filePlaces their places, unless some of their keys are equal
   * @param folds of the training rows
   * @param names names rows in messages
   */
  KeyedRows(
      Dataset<Row> chosen,
      Keyed keyed,
      Placement placement,
      int shards,
      Optional<NumberedFiles> files,
      Optional<FilePlaces> filePlaces,
      Folds folds,
      Map<Integer, RowNames> names) {
    this.chosen = chosen;
    this.keyed = keyed;
    this.placement = placement;
    this.shards = shards;
    this.files = files;
    this.filePlaces = filePlaces;
    this.folds = folds;
    this.names = names;
  }

  /** The rows as the sources have them, with their keys. */
  public Dataset<Row> rows() {
    return keyed.frame();
  }

  /** The same rows by file and number, if identities (and classes) alone decide their places. */
  public Optional<NumberedFiles> files() {
    return files;
  }

  /** The places of the rows of {@link #files}, if they are known before the rows are read. */
  public Optional<FilePlaces> filePlaces() {
    return filePlaces;
  }

  /** The folds of the training rows; {@link Folds#NONE} if there are none. */
  public Folds folds() {
    return folds;
  }

  /** Finds the places of {@link #rows}. */
  public synchronized RowPlaces places() {
    if (places == null) {
      SparkContext spark = chosen.sparkSession().sparkContext();
      places =
          new RowPlaces(
              JavaSparkContext.fromSparkContext(spark).broadcast(new Carried<>(placement)));
    }
    return places;
  }

  /** The columns of dealt rows. */
  StructType schema() {
    StructType type = chosen.schema();
    if (folds.repeats() > 0) {
      type = type.add(Columns.FOLDS, DataTypes.BinaryType, true);
    }
    return type.add(Columns.SPLIT, DataTypes.IntegerType, false);
  }

  /**
   * The dealt rows: partition s is shard s, ordered by (split, rank). The first call deals them.
   */
  synchronized Dataset<Row> dealt() {
    if (dealt == null) {
      dealt = Failures.explained(() -> Plans.fixed(deal()), names);
    }
    return dealt;
  }

  private Dataset<Row> deal() {
    RowPlaces finder = places();
    UDF6<Long, Long, String, Integer, Long, Long, Long> place =
        (split, rank, stratum, forced, content, identity) ->
            finder.place(split, rank, content, identity, stratum, forced);
    Column placed = functions.udf(place, DataTypes.LongType).apply(RowPlaces.columns()).as(PLACE);
    List<Column> columns =
        new ArrayList<>(Arrays.stream(chosen.columns()).map(Columns::col).toList());
    if (folds.repeats() > 0) {
      columns.add(folds.column(rows()).as(Columns.FOLDS));
    }
    columns.add(placed);
    Column rank = Columns.col(PLACE).bitwiseAND((1L << Placement.RANK_BITS) - 1);
    Column split = functions.shiftright(Columns.col(PLACE), Placement.RANK_BITS);
    return rows()
        .select(columns.toArray(Column[]::new))
        .repartitionById(shards, functions.pmod(rank, functions.lit(shards)).cast("int"))
        .sortWithinPartitions(PLACE)
        .withColumn(Columns.SPLIT, split.cast(DataTypes.IntegerType))
        .drop(PLACE);
  }
}
