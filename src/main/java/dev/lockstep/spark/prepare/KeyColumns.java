package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.Identity;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;

/**
 * The columns that decide where a row goes: keys of split and rank, what orders rows of one id, the
 * stratum, and the split that a source or condition fixes.
 */
final class KeyColumns {
  static final String SPLIT_KEY = "__lockstep_split_key";
  static final String RANK_KEY = "__lockstep_rank_key";
  static final String CONTENT_KEY = "__lockstep_content_key";
  static final String IDENTITY_KEY = "__lockstep_identity_key";
  static final String STRATUM = "__lockstep_stratum";
  static final String FORCED = "__lockstep_forced";
  static final List<String> KEYS = List.of(SPLIT_KEY, RANK_KEY, STRATUM, FORCED);
  static final List<String> TIES =
      List.of(SPLIT_KEY, RANK_KEY, STRATUM, FORCED, CONTENT_KEY, IDENTITY_KEY);

  private KeyColumns() {}

  /**
   * Adds the columns.
   *
   * @param classes whether the label is a class, so that the split may be stratified
   */
  static Dataset<Row> addTo(
      Dataset<Row> rows, DataConfig data, boolean classes, JavaSparkContext spark) {
    Column identity = Inputs.identityKey();
    Column rank = data.id().map(name -> textKey("id", name)).orElse(identity);
    Column split = data.group().map(name -> textKey("group", name)).orElse(rank);
    Column stratum =
        stratify(data, classes)
            ? functions.coalesce(
                Columns.col(data.label().get(0)).cast(DataTypes.StringType), functions.lit(""))
            : functions.lit("");
    Column content = data.id().isPresent() ? contentKey(rows) : functions.lit(0L);
    return forced(rows, data.split(), spark)
        .withColumn(SPLIT_KEY, split)
        .withColumn(RANK_KEY, rank)
        .withColumn(CONTENT_KEY, content)
        .withColumn(IDENTITY_KEY, identity)
        .withColumn(STRATUM, stratum);
  }

  /** Whether rows have strata: their classes. */
  static boolean stratify(DataConfig data, boolean classes) {
    return classes && data.split().stratify() && data.label().size() == 1 && data.group().isEmpty();
  }

  /** Whether identities alone, and classes where rows have strata, decide where rows go. */
  static boolean byIdentity(DataConfig data) {
    return data.id().isEmpty()
        && data.group().isEmpty()
        && Columns.conditions(data.split()).isEmpty();
  }

  /** The key of an id or group; a row without one is an error, since such rows are no group. */
  private static Column textKey(String setting, String column) {
    Column key = Columns.col(column);
    return functions
        .when(key.isNull(), absent("data." + setting, column))
        .otherwise(functions.xxhash64(key.cast(DataTypes.StringType)));
  }

  /** A long of no row: an error for each that it is asked of, since the column has nothing. */
  static Column absent(String setting, String column) {
    return refused(
        "%s = %s is missing; leave such rows out, as by data.where = \"%s is not null\","
                .formatted(setting, column, column)
            + " or fill it in data.columns");
  }

  /** A long of no row: an error for each that it is asked of. */
  static Column refused(String message) {
    UDF3<Integer, String, Long, Long> missing =
        (part, file, position) -> {
          throw new BadRowException(part, file, position, message);
        };
    return functions
        .udf(missing, DataTypes.LongType)
        .apply(
            Columns.col(Columns.PART), Columns.col(Identity.FILE), Columns.col(Identity.POSITION));
  }

  private static Column contentKey(Dataset<Row> rows) {
    return functions.xxhash64(
        Arrays.stream(rows.schema().fields())
            .filter(field -> !field.name().startsWith("__lockstep_"))
            .filter(field -> !(field.dataType() instanceof MapType))
            .map(field -> Columns.col(field.name()))
            .toArray(Column[]::new));
  }

  /** Adds the split that a source of its own or a condition fixes, -1 where none does. */
  private static Dataset<Row> forced(Dataset<Row> rows, SplitConfig split, JavaSparkContext spark) {
    Column part = Columns.col(Columns.PART);
    Column forced = functions.when(part.gt(0), part);
    Dataset<Row> numbered = rows;
    List<Columns.Condition> conditions = Columns.conditions(split);
    boolean byNumber =
        conditions.stream()
            .anyMatch(c -> Expressions.references(c.key(), c.sql()).contains(Columns.ROW));
    if (byNumber) {
      numbered = RowNumbers.addTo(rows, spark);
    }
    for (Columns.Condition condition : conditions) {
      Column holds = Expressions.column(condition.key(), condition.sql(), numbered);
      try {
        numbered.filter(holds);
      } catch (Exception e) {
        throw Expressions.refused(condition.key(), condition.sql(), e);
      }
      forced = forced.when(holds, condition.split());
    }
    return numbered.withColumn(FORCED, forced.otherwise(-1).cast(DataTypes.IntegerType));
  }
}
