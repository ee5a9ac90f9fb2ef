package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The result where the user wants it ({@code --result-file}), in place of an older one. */
public final class ResultFile {
  /** The status of a run that needs no more work. */
  public static final String FINISHED = "finished";

  /** The status of a command that has not told its end, or is at work. */
  public static final String RUNNING = "running";

  /** No result that a command begins with is longer. */
  private static final int MOST_BYTES = 1 << 16;

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
    CommitStore store = store(uri, hadoop);
    requireNoDirectory(uri, hadoop);
    store.replace(path(uri).getName(), content);
  }

  /**
   * Writes the result of a command that has not finished, unless the file is the result of a run
   * that has: another command that is refused there leaves it finished.
   *
   * @param uri a Hadoop URI
   */
  public static void writeUnfinished(String uri, ObjectNode result, Configuration hadoop) {
    CommitStore store = store(uri, hadoop);
    boolean finished = false;
    if (isOfRun(store, uri)) {
      try {
        finished = new RunDirectory(store).result().filter(ResultFile::isFinished).isPresent();
      } catch (IntegrityException e) {
        finished = false; // nothing is lost
      }
    }
    if (!finished) {
      write(uri, result, hadoop);
    }
  }

  /**
   * Writes the result of a command that another attempt has kept from its work, unless the file may
   * be that one's: where there is none, or only what this command has begun it with. What that has
   * replaced of another attempt comes back.
   *
   * @param uri a Hadoop URI
   * @param running what {@link #begin} was given
   * @param other what it returned
   */
  public static void writeRefused(
      String uri,
      ObjectNode result,
      ObjectNode running,
      Optional<byte[]> other,
      Configuration hadoop) {
    CommitStore store = store(uri, hadoop);
    String name = path(uri).getName();
    byte[] begun = Json.bytes(running);
    OptionalLong size = store.size(name);
    if (size.isEmpty() && !isOfRun(store, uri)) {
      store.createIfAbsent(name, Json.bytes(result));
    } else if (size.equals(OptionalLong.of(begun.length))
        && store.read(name, begun.length).filter(it -> Arrays.equals(it, begun)).isPresent()) {
      store.replace(name, other.orElseGet(() -> Json.bytes(result)));
    }
  }

  private static boolean isRunning(byte[] content) {
    try {
      return Json.parse(content, "").path("status").asText().equals(RUNNING);
    } catch (IntegrityException e) {
      return false; // no result file of ours
    }
  }

  /** Whether a result is that of a run that needs no more work. */
  public static boolean isFinished(ObjectNode result) {
    return result.path("status").asText().equals(FINISHED);
  }

  private static boolean isOfRun(CommitStore store, String uri) {
    return path(uri).getName().equals(RunDirectory.RESULT)
        && store.size(RunDirectory.RUN).isPresent();
  }

  /**
   * Puts what is known before hours of work in place of the result of an earlier attempt, which a
   * reader would else take for that of this one if it dies; where there is none, none is made, but
   * whether the file can be written is found out. A run's own {@code result.json} stays: the run is
   * known by it.
   *
   * @param uri a Hadoop URI
   * @return what another attempt, which may be at work, had begun it with
   * @throws ConfigException if it is a directory, or no path of a store that is known
   * @throws NotPermittedException if it cannot be written
   */
  public static Optional<byte[]> begin(String uri, ObjectNode running, Configuration hadoop) {
    CommitStore store = store(uri, hadoop);
    requireNoDirectory(uri, hadoop);
    String name = path(uri).getName();
    OptionalLong size = store.size(name);
    if (isOfRun(store, uri) || size.isEmpty()) {
      CommitStores.probe(store);
      return Optional.empty();
    }
    Optional<byte[]> earlier =
        size.getAsLong() > MOST_BYTES ? Optional.empty() : store.read(name, MOST_BYTES);
    store.replace(name, Json.bytes(running));
    return earlier.filter(ResultFile::isRunning);
  }

  private static void requireNoDirectory(String uri, Configuration hadoop) {
    Path path = path(uri);
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if (files.exists(path) && files.getFileStatus(path).isDirectory()) {
        throw new ConfigException(uri + ": is a directory, must be a file; name a file in it");
      }
    } catch (IOException e) {
      throw StorageException.of("write", uri, e);
    }
  }

  private static CommitStore store(String uri, Configuration hadoop) {
    Path parent = path(uri).getParent();
    String directory = parent == null || parent.toString().isEmpty() ? "." : parent.toString();
    return CommitStores.open(directory, hadoop);
  }

  private static Path path(String uri) {
    try {
      Path path = new Path(uri);
      boolean named = path.getParent() == null || !path.getName().isEmpty();
      return named ? path : path.getParent(); // of "a/b/.." Hadoop makes "a/" with no name
    } catch (IllegalArgumentException e) {
      throw new ConfigException("\"" + uri + "\" is no path: " + e.getMessage());
    }
  }
}
