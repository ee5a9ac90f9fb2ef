package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.Identity;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NumericType;

/**
 * A cast of numbers between types that refuses a row whose number would become another one: 30.5 as
 * an INT, a BIGINT beyond them. Doubles and floats take every number, rounded as all features are.
 *
 * @param where the wanted type is the column's
 * @param advice what to do about a number that is none of the wanted type; has a place for its own
 */
public record LosslessCast(String where, String advice) {
  /** To the types of a trained model. */
  public static final LosslessCast OF_TRAINING =
      new LosslessCast("in training", "train on it as %s, or make it fit, in data.columns");

  /** To the types of the first source. */
  static final LosslessCast OF_SOURCE =
      new LosslessCast("in data.source", "make it %s in both, or make it fit, in data.columns");

  /**
   * The column in the wanted type.
   *
   * @param column in rows that have an identity
   * @param found its type
   * @param part the part of the data that rows are of, as {@link Columns#PART} has it
   */
  public Column of(String column, DataType found, DataType wanted, Column part) {
    Column value = Columns.col(column);
    boolean numbers = isNumber(found) && isNumber(wanted);
    boolean rounded = wanted instanceof DoubleType || wanted instanceof FloatType;
    if (!numbers || rounded || Cast.canUpCast(found, wanted)) {
      return value.cast(wanted);
    }
    Column cast = value.try_cast(wanted);
    boolean binary = found instanceof DoubleType && wanted instanceof DecimalType;
    DataType compared = binary ? DataTypes.FloatType : found; // 2.05 * 3 is 6.15, as a feature is
    return functions
        .when(cast.try_cast(compared).eqNullSafe(value.try_cast(compared)), cast)
        .otherwise(refused(column, found, wanted, part));
  }

  private Column refused(String column, DataType found, DataType wanted, Column part) {
    String must =
        "it must fit %s, its type %s: %s"
            .formatted(wanted.sql(), where, advice.formatted(found.sql()));
    UDF4<String, Integer, String, Long, Object> refuse =
        (text, of, file, position) -> {
          throw new BadRowException(
              of, file, position, "column %s is %s; %s".formatted(column, text, must));
        };
    return functions
        .udf(refuse, wanted)
        .apply(
            Columns.col(column).cast(DataTypes.StringType),
            part,
            Columns.col(Identity.FILE),
            Columns.col(Identity.POSITION));
  }

  /** Whether a column holds numbers, or true and false, which are numbers too. */
  public static boolean isNumber(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType;
  }
}
