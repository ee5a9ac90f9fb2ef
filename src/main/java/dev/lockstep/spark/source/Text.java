package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Lines of UTF-8 text, compressed or not: one column {@code text}. Empty lines are no rows.
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 * @param maxLineBytes the longest row
 */
public record Text(@Required String path, int maxLineBytes) implements Source {
  /** The settings where nothing is said; the path must be given. */
  public static final Text DEFAULTS = new Text("", Lines.MAX_LINE_BYTES);

  /** Checks the ranges. */
  public Text {
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
    return new LineFiles(session, files, new long[files.size()], limits)
        .open(request, new TextSurvey());
  }
}
