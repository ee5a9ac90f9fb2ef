package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.source.Identity;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The columns that tell where a row stands, for messages about it.
 *
 * @param part the part of the data, {@link Columns#PART}
 * @param file {@link Identity#FILE}
 * @param position {@link Identity#POSITION}
 */
record RowPlace(Column part, Column file, Column position) {
  /** The place of rows that have an identity; without a part they are all of the source itself. */
  static RowPlace of(Dataset<Row> rows) {
    boolean parted = Arrays.asList(rows.columns()).contains(Columns.PART);
    return new RowPlace(
        parted ? Columns.col(Columns.PART) : functions.lit(0),
        Columns.col(Identity.FILE),
        Columns.col(Identity.POSITION));
  }
}
