package dev.lockstep.train.store;

import dev.lockstep.config.ConfigException;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Opens the {@link CommitStore} of a URI. */
public final class CommitStores {
  private static final Set<String> KNOWN = Set.of("file", "hdfs", "s3a");

  private CommitStores() {}

  /** The store of a directory, with Hadoop's configuration from the class path. */
  public static CommitStore open(String uri) {
    return open(uri, new Configuration());
  }

  /**
   * The store of a directory; creates nothing.
   *
   * @param uri a Hadoop URI; without a scheme it is of the default file system
   * @param hadoop settings of the file systems
   * @throws ConfigException if the store of that scheme cannot create a file if absent
   */
  public static CommitStore open(String uri, Configuration hadoop) {
    Path path = path(uri);
    String scheme = path.toUri().getScheme();
    if (scheme == null) {
      scheme = FileSystem.getDefaultUri(hadoop).getScheme();
    }
    return switch (scheme) {
      case "file" -> new LocalCommitStore(java.nio.file.Path.of(path.toUri().getPath()));
      case "hdfs", "s3a" -> {
        try {
          yield new HadoopCommitStore(path, hadoop);
        } catch (IOException e) {
          throw StorageException.of("open", uri, e);
        }
      }
      default ->
          throw new ConfigException(
              "%s: the store \"%s\" is not known to create a file only if it is absent; must be a directory in file, hdfs or s3a"
                  .formatted(uri, scheme));
    };
  }

  /** Whether {@link #open} knows the stores of a scheme. */
  public static boolean knows(String scheme) {
    return KNOWN.contains(scheme);
  }

  private static Path path(String uri) {
    try {
      return new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("output \"" + uri + "\" is no path: " + e.getMessage());
    }
  }

  /**
   * Finds out whether files can be written, by writing one, and leaves the directory in place.
   *
   * @throws NotPermittedException if not
   */
  public static void probe(CommitStore store) {
    store.makeDirectories("");
    String path = ".probe-" + UUID.randomUUID();
    store.replace(path, new byte[] {1});
    store.delete(path);
  }
}
