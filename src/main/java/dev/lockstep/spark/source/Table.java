package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import dev.lockstep.data.InputMissingException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table or view of the Spark catalog. Rows are identified by a hash of the whole row and an
 * occurrence number; there is no fingerprint, so a table must not change while a run is resumed.
 *
 * @param name the name, with its database if it has one
 */
public record Table(@Required String name) implements Source {
  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    if (!session.catalog().tableExists(name)) {
      throw new InputMissingException("there is no table or view " + name + " in Spark's catalog");
    }
    Dataset<Row> frame = session.table(name);
    return SparkFiles.open(frame, "table " + name, request);
  }
}
