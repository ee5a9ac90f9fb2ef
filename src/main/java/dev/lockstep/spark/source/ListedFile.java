package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Source.InputFile;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A file of a source.
 *
 * @param input its fingerprint
 * @param uri its full address
 */
record ListedFile(InputFile input, String uri) implements Serializable {
  Path path() {
    return new Path(uri);
  }

  /** The address in messages: without the scheme on the local disk. */
  String name() {
    Path path = path();
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : uri;
  }

  /**
   * Opens the file after checking that it is still the one that was listed.
   *
   * @throws DataException if length or modification time have changed
   */
  FSDataInputStream open(Configuration hadoop) throws IOException {
    check(hadoop);
    return path().getFileSystem(hadoop).open(path());
  }

  /**
   * Checks that the file is still the one that was listed.
   *
   * @throws DataException if length or modification time have changed
   */
  void check(Configuration hadoop) throws IOException {
    LocalNames.requireWritable(path());
    FileStatus now = path().getFileSystem(hadoop).getFileStatus(path());
    if (now.getLen() != input.sizeBytes() || now.getModificationTime() != input.modifiedMillis()) {
      InputFile found = new InputFile(input.path(), now.getLen(), now.getModificationTime());
      throw new DataException(
          "%s has changed since this run began: it had %s, and has %s; restore it, or start a new run with another output or --run-id"
              .formatted(name(), input.state(), found.state()));
    }
  }
}
