package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Columns;
import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * What the value of a column must be in rows of another source.
 *
 * @param role what the column is for
 * @param column its name
 * @param number whether it is a number at all; names of classes are none
 * @param required whether it must be there in every row
 * @param nonNegative whether it must be at least 0
 */
record NumberRule(String role, String column, boolean number, boolean required, boolean nonNegative)
    implements Serializable {
  static NumberRule feature(String column) {
    return new NumberRule("column", column, true, false, false);
  }

  static NumberRule label(String column, boolean className, boolean count) {
    return new NumberRule("label", column, !className, true, count);
  }

  static NumberRule weight(String column) {
    return new NumberRule("weight", column, true, true, true);
  }

  static NumberRule offset(String column) {
    return new NumberRule("offset", column, true, true, false);
  }

  /** The value; null where it is missing or no number. */
  Column value() {
    return Columns.col(column).try_cast(DataTypes.DoubleType);
  }

  /** What is wrong with a value, and what it must be; empty where nothing is. */
  String problem(Double value) {
    if (value == null ? !required : usable(value)) {
      return "";
    }
    String name = role.equals("column") ? "column " + column : "the " + role + " " + column;
    return "%s is %s; it must be a finite %s%s"
        .formatted(
            name,
            value == null ? "missing or no number" : value,
            role.equals("column") ? "float32 number" : "number",
            nonNegative ? " from 0" : "");
  }

  private boolean usable(double value) {
    return Math.abs(value) <= Float.MAX_VALUE && !(nonNegative && value < 0);
  }
}
