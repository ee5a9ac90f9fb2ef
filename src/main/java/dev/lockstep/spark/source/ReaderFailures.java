package dev.lockstep.spark.source;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;

/**
 * Tells what it means that a reader of Spark's failed: that a file is not what its format wants, or
 * that storage, permissions or the cluster failed.
 */
public final class ReaderFailures {
  /** Who throws plain exceptions of input and output about what a file holds. */
  private static final List<String> FORMATS =
      List.of(
          "org.apache.parquet.",
          "org.apache.orc.",
          "org.apache.avro.",
          "org.apache.spark.sql.",
          "org.apache.hadoop.io.compress.",
          "org.apache.hadoop.util.LineReader",
          "org.xerial.snappy.",
          "com.github.luben.zstd.",
          "java.util.zip.");

  private ReaderFailures() {}

  /** The exception to throw where files could not be opened as what they should be. */
  static RuntimeException explain(String format, String path, Exception e) {
    if (e instanceof DataException
        || e instanceof InputMissingException
        || e instanceof ConfigException) {
      return (RuntimeException) e;
    }
    String reason = firstLine(e);
    if (e instanceof AnalysisException && reason.contains("Failed to find data source")) {
      return new ConfigException(
          "data.source.format = "
              + format
              + " needs a module that this Spark lacks; add it with --packages"
              + " org.apache.spark:spark-"
              + format
              + "_2.13:<version of Spark>");
    }
    Throwable root = root(e);
    if (ofStorage(e) || ofCluster(root)) {
      return passed(e);
    }
    return new DataException(
        path + " cannot be read as " + format + ": " + (root == e ? reason : firstLine(root)), e);
  }

  /**
   * Whether storage failed or refused to serve, which may be over when the command runs again. Not
   * so if a file is damaged, cut, or gone since it was listed.
   */
  public static boolean ofStorage(Throwable failure) {
    Throwable root = root(failure);
    return ofLocalPermission(root)
        || root instanceof IOException
            && !(root instanceof EOFException
                || root instanceof ChecksumException
                || root instanceof FileNotFoundException
                || root instanceof NoSuchFileException)
            && !ofFormat(root);
  }

  /** Whether a local file may not be opened: Java has no class of its own for that. */
  public static boolean ofLocalPermission(Throwable failure) {
    return failure instanceof FileNotFoundException
        && firstLine(failure).endsWith("(Permission denied)");
  }

  private static boolean ofFormat(Throwable root) {
    StackTraceElement[] trace = root.getStackTrace();
    String thrower = trace.length == 0 ? "" : trace[0].getClassName();
    String name = root.getClass().getName();
    return FORMATS.stream().anyMatch(of -> name.startsWith(of) || thrower.startsWith(of));
  }

  /** A job that failed without a task's own exception, or for want of memory. */
  private static boolean ofCluster(Throwable root) {
    return root instanceof Error
        || (root instanceof SparkException spark && spark.getCondition() == null);
  }

  /** As it is, for those who look for its causes. */
  private static RuntimeException passed(Exception e) {
    if (e instanceof RuntimeException unchecked) {
      return unchecked;
    }
    return e instanceof IOException storage
        ? new UncheckedIOException(storage)
        : new IllegalStateException(e.getMessage(), e);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
