package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The result where the user wants it ({@code --result-file}), in place of an older one. */
public final class ResultFile {
  private ResultFile() {}

  /**
   * Writes the file; a reader sees the old or the new one, whole.
   *
   * @param uri a Hadoop URI
   */
  public static void write(String uri, ObjectNode result, Configuration hadoop) {
    write(uri, Json.bytes(result), hadoop);
  }

  /** The same for a file of any content. */
  public static void write(String uri, byte[] content, Configuration hadoop) {
    store(uri, hadoop).replace(path(uri).getName(), content);
  }

  /**
   * Finds out, before hours of work, whether the file can be written.
   *
   * @param uri a Hadoop URI
   * @throws ConfigException if it is no path of a store that is known
   * @throws NotPermittedException if it cannot be written
   */
  public static void probe(String uri, Configuration hadoop) {
    CommitStores.probe(store(uri, hadoop));
  }

  private static CommitStore store(String uri, Configuration hadoop) {
    Path parent = path(uri).getParent();
    String directory = parent == null || parent.toString().isEmpty() ? "." : parent.toString();
    return CommitStores.open(directory, hadoop);
  }

  private static Path path(String uri) {
    try {
      return new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("\"" + uri + "\" is no path: " + e.getMessage());
    }
  }
}
