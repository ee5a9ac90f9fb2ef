package dev.lockstep.train.store;

import dev.lockstep.config.ConfigException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/** The store failed; what was committed is intact, and the same command may be run again. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What Hadoop says of {@code hdfs:/path} where the default file system is another. */
  private static final String NO_HOST = "Incomplete HDFS URI";

  /** A problem in one sentence: what was tried, where, what happened. */
  public StorageException(String message) {
    super(message);
  }

  /** A problem with the error that showed it. */
  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What a failed operation means to the user.
   *
   * @param action a verb such as {@code "write"}
   * @param where the file or directory
   * @return a {@link NotPermittedException} where the store refuses the user, a {@link
   *     ConfigException} where a file is in the way or the URI is impossible, otherwise a {@link
   *     StorageException}
   */
  public static RuntimeException of(String action, String where, Exception cause) {
    String said = reason(cause);
    if (cause instanceof NotDirectoryException) {
      return new ConfigException(
          "%s: cannot %s it, since %s is a file and must be a directory; choose another output"
              .formatted(where, action, ((NotDirectoryException) cause).getFile()));
    }
    if (cause instanceof UnsupportedFileSystemException || said.startsWith(NO_HOST)) {
      return new ConfigException(
          "%s: cannot %s it, since its URI names no file system that is known here (%s); correct it"
              .formatted(where, action, said));
    }
    if (refused(cause, said)) {
      return new NotPermittedException(
          "%s: not permitted to %s it (%s); change its permissions or choose another output"
              .formatted(where, action, said),
          cause);
    }
    return new StorageException(
        "%s: could not %s it (%s); mend the storage and run the same command again"
            .formatted(where, action, said),
        cause);
  }

  private static boolean refused(Exception cause, String said) {
    return cause instanceof AccessDeniedException
        || cause instanceof AccessControlException
        || cause instanceof ReadOnlyFileSystemException
        || said.contains("Read-only file system")
        || said.contains("Operation not permitted")
        || said.contains("Permission denied");
  }

  private static String reason(Exception cause) {
    String text =
        cause instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : cause.getMessage();
    if (text == null || text.isBlank() || cause instanceof AccessDeniedException) {
      text = cause.getClass().getSimpleName();
    } else if (!(cause instanceof IOException) || cause instanceof UnknownHostException) {
      text = cause.getClass().getSimpleName() + ": " + text;
    }
    return text.lines().findFirst().orElse(text);
  }
}
