package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Lines that are flat JSON objects, compressed or not. A column is a number if all its values that
 * are not null or missing are JSON numbers; otherwise it is a string ({@code true} becomes {@code
 * "true"}).
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 * @param types columns whose type is fixed: number or string
 * @param maxLineBytes the longest row
 */
public record Json(@Required String path, Map<String, ColumnType> types, int maxLineBytes)
    implements Source {
  /** The settings where nothing is said; the path must be given. */
  public static final Json DEFAULTS = new Json("", Map.of(), Lines.MAX_LINE_BYTES);

  /** Checks the ranges and copies the map. */
  public Json {
    types = Map.copyOf(types);
    Lines.requireMaxLineBytes(maxLineBytes);
  }

  @Override
  public Optional<String> place() {
    return Optional.of(path);
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    Configuration hadoop = LineFiles.hadoop(session);
    List<ListedFile> files = InputFiles.list(hadoop, path, request.expected());
    LineLimits limits = LineLimits.lines(maxLineBytes);
    Map<String, ColumnType> required = request.other() ? Map.of() : types;
    return new LineFiles(session, files, new long[files.size()], limits)
        .open(request, new JsonSurvey(required, ColumnType.merge(types, request.types())));
  }
}
