package dev.lockstep.spark.source;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** The second pass over a line format: a schema, and how lines become its rows. */
interface LineTable extends Serializable {
  /** The user's columns. */
  StructType schema();

  /** Whether rows that the survey took may still be refused by the parser. */
  boolean mayRefuse();

  /** The same table with some of its columns; all of them if none are named. */
  LineTable only(List<String> columns);

  /** A parser for one task. */
  LineParser parser();
}
