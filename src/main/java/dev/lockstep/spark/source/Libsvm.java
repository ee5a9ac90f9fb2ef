package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Lines {@code label index:value index:value ...} with ascending indices from 1, compressed or not;
 * {@code #} begins a comment. The columns are {@code label}, a double as it is written (-1 stays
 * -1), and {@code features}, a sparse vector.
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 * @param features the number of features; by default the largest index of all rows. Sets that
 *     belong together (train, test) need the same number
 * @param maxLineBytes the longest row
 */
public record Libsvm(@Required String path, Optional<Integer> features, int maxLineBytes)
    implements Source {
  /** The settings where nothing is said; the path must be given. */
  public static final Libsvm DEFAULTS = new Libsvm("", Optional.empty(), Lines.MAX_LINE_BYTES);

  /** Checks the ranges. */
  public Libsvm {
    if (features.isPresent() && features.get() < 1) {
      throw new IllegalArgumentException("features must be at least 1, is " + features.get());
    }
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
        .open(request, new LibsvmSurvey(features.orElse(0)));
  }
}
