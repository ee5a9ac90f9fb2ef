package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Avro files, by Spark's avro module. Rows are identified by a hash of the whole row and an
 * occurrence number. Folders named {@code key=value} below the path become columns.
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 */
public record Avro(@Required String path) implements Source {
  @Override
  public Optional<String> place() {
    return Optional.of(path);
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    return SparkFiles.open(session, "avro", path, request, false);
  }
}
