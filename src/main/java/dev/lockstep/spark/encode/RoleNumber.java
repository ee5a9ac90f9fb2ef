package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.BadRowException;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.source.Identity;
import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * A label, weight or offset as a number. A column of text may hold numbers; a row whose text is
 * none is an error with its place, where a cast would fail without one.
 *
 * @param role what the column is for
 * @param column its name
 * @param advice what to do about text that is no number
 */
record RoleNumber(String role, String column, String advice) implements Serializable {
  static RoleNumber label(String column) {
    return new RoleNumber(
        "label",
        column,
        "this model needs a number: use model.kind = logistic or softmax for classes, leave the row"
            + " out by data.where, or derive a number in data.columns");
  }

  static RoleNumber weight(String column) {
    return extra("weight", column);
  }

  static RoleNumber offset(String column) {
    return extra("offset", column);
  }

  private static RoleNumber extra(String role, String column) {
    return new RoleNumber(
        role,
        column,
        "it must be a number: leave the row out by data.where, or derive a number in data.columns");
  }

  /**
   * The value in rows that have a part and an identity; null where it is missing.
   *
   * @param schema of the rows
   * @param wanted a type of numbers
   */
  Column as(DataType wanted, StructType schema) {
    Column value = Columns.col(column);
    if (!(schema.apply(column).dataType() instanceof StringType)) {
      return value.cast(wanted);
    }
    Column number = value.try_cast(wanted);
    UDF4<String, Integer, String, Long, Object> refuse =
        (text, part, file, position) -> {
          throw new BadRowException(
              part,
              file,
              position,
              "the %s %s is \"%s\", which is no number; %s".formatted(role, column, text, advice));
        };
    Column refused =
        functions
            .udf(refuse, wanted)
            .apply(
                value,
                Columns.col(Columns.PART),
                Columns.col(Identity.FILE),
                Columns.col(Identity.POSITION));
    return functions.when(number.isNull().and(value.isNotNull()), refused).otherwise(number);
  }
}
