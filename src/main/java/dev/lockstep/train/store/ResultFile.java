package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
    Path path = new Path(uri);
    Path parent = path.getParent();
    String directory = parent == null || parent.toString().isEmpty() ? "." : parent.toString();
    CommitStores.open(directory, hadoop).replace(path.getName(), Json.bytes(result));
  }
}
