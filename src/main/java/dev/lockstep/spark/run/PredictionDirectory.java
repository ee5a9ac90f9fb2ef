package dev.lockstep.spark.run;

import dev.lockstep.config.ConfigException;
import dev.lockstep.train.store.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where predictions go. What is there is replaced only if it is earlier predictions: they carry a
 * mark, a file that Spark and its kin do not read.
 */
public final class PredictionDirectory {
  private static final String GLOB = ".*[*?\\[{].*";
  private static final int SHOWN = 3;

  private final String given;
  private final Configuration hadoop;
  private final FileSystem files;
  private final Path directory;
  private final Optional<String> resultFile;

  private PredictionDirectory(
      String given,
      Configuration hadoop,
      FileSystem files,
      Path directory,
      Optional<String> resultFile) {
    this.given = given;
    this.hadoop = hadoop;
    this.files = files;
    this.directory = directory;
    this.resultFile = resultFile;
  }

  /**
   * A directory that may exist; nothing is created.
   *
   * @param uri any Hadoop URI
   * @throws ConfigException if it is none
   */
  public static PredictionDirectory at(String uri, Configuration hadoop) {
    try {
      Path path = new Path(uri);
      FileSystem files = path.getFileSystem(hadoop);
      Path directory = files.makeQualified(path);
      return new PredictionDirectory(uri, hadoop, files, directory, Optional.empty());
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("--output " + uri + " is no directory: " + e.getMessage());
    }
  }

  /**
   * The same directory, in which the command's own result file may lie: it is not taken for
   * somebody's data, and stays when earlier predictions go.
   *
   * @param uri any Hadoop URI; of a file elsewhere nothing changes
   */
  public PredictionDirectory withResultFile(String uri) {
    try {
      Path path = new Path(uri);
      Path file = path.getFileSystem(hadoop).makeQualified(path);
      return directory.equals(file.getParent())
          ? new PredictionDirectory(given, hadoop, files, directory, Optional.of(file.getName()))
          : this;
    } catch (IOException | IllegalArgumentException e) {
      return this; // its own writer tells what is wrong with it
    }
  }

  /**
   * Refuses a directory that is, holds or lies in something that must stay.
   *
   * @param what the thing, for the message
   * @param uri where it is; of a pattern, the deepest folder above it
   * @throws ConfigException if they overlap
   */
  public void keepApartFrom(String what, String uri) {
    Path other = qualified(uri);
    if (other != null && (holds(directory, other) || holds(other, directory))) {
      throw new ConfigException(
          "--output %s overlaps with %s, %s, which predictions would delete or mix with: name a"
                  .formatted(given, what, uri)
              + " directory of its own");
    }
  }

  /** The other's full path; null where it cannot be one. */
  private Path qualified(String uri) {
    try {
      Path path = new Path(uri);
      for (Path at = path; at != null; at = at.getParent()) {
        path = at.getName().matches(GLOB) ? at.getParent() : path;
      }
      return path == null ? null : path.getFileSystem(hadoop).makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      return null; // its own reader tells what is wrong with it
    }
  }

  private static boolean holds(Path outer, Path inner) {
    for (Path at = inner; at != null; at = at.getParent()) {
      if (at.equals(outer)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses a place that holds anything but earlier predictions and the result file.
   *
   * @throws ConfigException if it does
   */
  public void requireReplaceable() {
    try {
      if (files.exists(new Path(directory, PredictionAttempt.MARK))) {
        return;
      }
      List<String> held =
          Arrays.stream(files.listStatus(directory))
              .map(status -> status.getPath().getName())
              .filter(name -> !name.equals(PredictionAttempt.WORK))
              .filter(name -> !resultFile.equals(Optional.of(name)))
              .sorted()
              .toList();
      if (!held.isEmpty()) {
        String names = held.stream().limit(SHOWN).collect(Collectors.joining(", "));
        throw new ConfigException(
            "--output %s is there already and no earlier predictions (%s%s): name another directory, or delete it"
                .formatted(given, names, held.size() > SHOWN ? ", .." : ""));
      }
    } catch (FileNotFoundException e) {
      return;
    } catch (IOException e) {
      throw StorageException.of("read", given, e);
    }
  }

  /**
   * Refuses a local place where no directory can be made; Hadoop does not tell why.
   *
   * @throws ConfigException if a file is in the way
   * @throws dev.lockstep.train.store.NotPermittedException if the folder above refuses
   */
  public void requireWritable() {
    if (!(files instanceof LocalFileSystem)) {
      return;
    }
    java.nio.file.Path at = java.nio.file.Path.of(directory.toUri().getPath());
    while (!Files.exists(at)) {
      at = at.getParent();
    }
    if (!Files.isDirectory(at)) {
      throw StorageException.of("write", given, new NotDirectoryException(at.toString()));
    }
    if (!Files.isWritable(at)) {
      throw StorageException.of("write", given, new AccessDeniedException(at.toString()));
    }
  }

  /**
   * Begins to write predictions here.
   *
   * @return what the caller closes
   * @throws ConfigException if the place holds anything but earlier predictions
   * @throws dev.lockstep.train.store.RunOwnedException if another attempt writes here
   */
  PredictionAttempt begin() {
    requireReplaceable();
    return PredictionAttempt.begin(given, files, directory, resultFile, hadoop);
  }
}
