package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Parquet files. Rows are identified by their file and their number in it. Folders named {@code
 * key=value} below the path become columns.
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 */
public record Parquet(@Required String path) implements Source {
  @Override
  public Optional<String> place() {
    return Optional.of(path);
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    return SparkFiles.open(session, "parquet", path, request, true);
  }
}
