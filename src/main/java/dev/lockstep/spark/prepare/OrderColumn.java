package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** A column whose values order rows, as longs in that order. */
final class OrderColumn {
  private OrderColumn() {}

  /**
   * The longs of a number, date or timestamp; a row without one is an error.
   *
   * @param setting what names the column
   * @throws ConfigException if there is no such column, or it is of another type
   */
  static Column of(Dataset<Row> rows, String name, String setting) {
    if (!Arrays.asList(rows.columns()).contains(name)) {
      throw new ConfigException(setting + ": there is no column " + name);
    }
    DataType type = rows.schema().apply(name).dataType();
    Column column = Columns.col(name);
    Column absent = KeyColumns.absent(setting, name);
    if (type instanceof IntegralType) {
      return present(column.cast(DataTypes.LongType), absent);
    }
    if (type instanceof NumericType) {
      Column number = column.cast(DataTypes.DoubleType);
      UDF1<Double, Long> bits = OrderColumn::bits;
      Column ordered = functions.udf(bits, DataTypes.LongType).apply(number);
      return functions.when(number.isNull().or(functions.isnan(number)), absent).otherwise(ordered);
    }
    if (type instanceof DateType) {
      return present(functions.unix_date(column).cast(DataTypes.LongType), absent);
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return present(functions.unix_micros(column.cast(DataTypes.TimestampType)), absent);
    }
    throw new ConfigException(
        "%s = %s: is of type %s, must be a number, date or timestamp; make one in data.columns, as by \"to_timestamp(%s)\""
            .formatted(setting, name, type.simpleString(), name));
  }

  private static Column present(Column value, Column absent) {
    return functions.when(value.isNull(), absent).otherwise(value);
  }

  /** The bits of a number that is not NaN, as a long in the order of numbers. */
  static Long bits(Double number) {
    if (number == null) {
      return null;
    }
    long bits = Double.doubleToLongBits(number + 0.0);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }
}
