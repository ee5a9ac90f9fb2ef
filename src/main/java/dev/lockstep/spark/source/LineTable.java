package dev.lockstep.spark.source;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** The second pass over a line format: a schema, and how lines become its rows. */
interface LineTable extends Serializable {
  /** The user's columns, then those of {@link Identity#text}. */
  StructType schema();

  /** Whether rows that the survey took may still be refused by the parser. */
  boolean mayRefuse();

  /** The same table with some of its columns; all of them if none are named. */
  LineTable only(List<String> columns);

  /**
   * The same table with the text of some columns as it stands in the file, beside their values;
   * columns that it lacks are ignored, and formats without such text have none.
   */
  default LineTable withTexts(List<String> columns) {
    return this;
  }

  /** A parser for one task. */
  LineParser parser();
}
