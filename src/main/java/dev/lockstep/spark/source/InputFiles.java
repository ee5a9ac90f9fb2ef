package dev.lockstep.spark.source;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.InputFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Lists the files of a source: a file, a directory with all below it, or a glob. */
final class InputFiles {
  private static final String GLOB = "*?[{";

  private InputFiles() {}

  /**
   * The files below a path, sorted by their path relative to the source root; hidden ones (a name
   * that begins with a dot or an underscore) are left out.
   *
   * @throws InputMissingException if there is none
   * @throws DataException if they differ from the expected ones
   */
  static List<ListedFile> list(Configuration hadoop, String path, List<InputFile> expected) {
    return list(hadoop, path, "data.source.path", expected);
  }

  /**
   * The same where another key than {@code path} gives the path.
   *
   * @param key of the run file
   */
  static List<ListedFile> list(
      Configuration hadoop, String path, String key, List<InputFile> expected) {
    if (path.isBlank()) {
      throw new ConfigException(key + " must be given: a file, a directory or a glob");
    }
    List<ListedFile> found;
    try {
      found = list(hadoop, new Path(path));
    } catch (FileNotFoundException e) {
      throw new InputMissingException(path + " does not exist: check " + key);
    } catch (UnsupportedFileSystemException e) {
      throw new ConfigException(key + " " + path + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw ofName(key + " " + path, e);
    } catch (IOException e) {
      if (ReaderFailures.ofStorage(e)) {
        throw new UncheckedIOException(e);
      }
      throw new DataException(path + " cannot be listed: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new InputMissingException(path + " holds no file: check " + key);
    }
    found.sort(Comparator.comparing(file -> file.input().path()));
    if (!expected.isEmpty()) {
      compare(path, found, expected);
    }
    return found;
  }

  /** Hadoop takes a name with a colon for an address where it has no folder before it. */
  private static RuntimeException ofName(String what, IllegalArgumentException e) {
    return e.getCause() instanceof URISyntaxException reason
        ? new ConfigException(
            what
                + " cannot be looked up: "
                + reason.getMessage()
                + "; rename what has a colon in its name, or give the folder it is in")
        : e;
  }

  /** The fingerprints. */
  static List<InputFile> inputs(List<ListedFile> files) {
    return files.stream().map(ListedFile::input).toList();
  }

  private static List<ListedFile> list(Configuration hadoop, Path asked) throws IOException {
    FileSystem files = asked.getFileSystem(hadoop);
    Path path = files.makeQualified(asked);
    LocalNames.requireWritable(path);
    requireReadableAlong(files, path);
    FileStatus[] tops =
        isGlob(path.toString())
            ? files.globStatus(path)
            : new FileStatus[] {files.getFileStatus(path)};
    if (tops == null || (tops.length == 0 && isGlob(path.getName()))) {
      throw new FileNotFoundException(path.toString());
    }
    List<ListedFile> found = new ArrayList<>();
    boolean single = tops.length == 1 && tops[0].isFile() && !isGlob(path.toString());
    String root = (single ? path.getParent() : root(path)).toString();
    for (FileStatus top : tops) {
      if (single || !isHidden(top.getPath().getName())) {
        collect(files, top, root.endsWith("/") ? root : root + "/", found);
      }
    }
    return found;
  }

  private static void collect(
      FileSystem files, FileStatus status, String root, List<ListedFile> found) throws IOException {
    String uri = status.getPath().toString();
    if (status.isFile()) {
      if (files instanceof ChecksumFileSystem && status.getPath().getName().contains(":")) {
        throw new DataException(
            status.getPath().toUri().getPath()
                + ": Hadoop opens no local file with a colon in its name; rename the file");
      }
      String relative = uri.startsWith(root) ? uri.substring(root.length()) : uri;
      InputFile input = new InputFile(relative, status.getLen(), status.getModificationTime());
      found.add(new ListedFile(input, uri));
      return;
    }
    LocalNames.requireReadable(status.getPath(), name -> true);
    for (FileStatus below : files.listStatus(status.getPath())) {
      if (!isHidden(below.getPath().getName())) {
        collect(files, below, root, found);
      }
    }
  }

  /** Checks the names that the patterns of a path are matched with, up to braces around folders. */
  private static void requireReadableAlong(FileSystem files, Path path) throws IOException {
    for (Path at = path; LocalNames.isLocal(path) && !at.isRoot(); at = at.getParent()) {
      if (isGlob(at.getName()) && !at.getParent().toString().contains("{")) {
        FileStatus[] folders = files.globStatus(at.getParent());
        for (FileStatus folder : folders == null ? new FileStatus[0] : folders) {
          LocalNames.requireReadable(folder.getPath(), new GlobPattern(at.getName())::matches);
        }
      }
    }
  }

  /** The deepest folder above which nothing is a pattern. */
  private static Path root(Path path) {
    Path root = path;
    for (Path at = path; at != null; at = at.getParent()) {
      if (isGlob(at.getName())) {
        root = at.getParent();
      }
    }
    return root;
  }

  private static boolean isGlob(String name) {
    return name.chars().anyMatch(c -> GLOB.indexOf(c) >= 0);
  }

  /** Whether a name is one of those that Hadoop's readers and ours leave out of folders. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  /**
   * Compares files with those of an earlier attempt.
   *
   * @param path of the source, for messages
   * @throws DataException if they differ
   */
  static void compare(String path, List<ListedFile> found, List<InputFile> expected) {
    Map<String, InputFile> before = new TreeMap<>();
    expected.forEach(file -> before.put(file.path(), file));
    Optional<String> first = Optional.empty();
    int changed = 0;
    for (InputFile now : inputs(found)) {
      InputFile was = before.remove(now.path());
      if (!now.equals(was)) {
        String what = was == null ? "is new" : "had " + was.state() + ", and has " + now.state();
        first = first.or(() -> Optional.of(now.path() + " " + what));
        changed++;
      }
    }
    for (String gone : before.keySet()) {
      first = first.or(() -> Optional.of(gone + " is gone"));
      changed++;
    }
    if (first.isPresent()) {
      throw changed(path, first.get(), changed - 1);
    }
  }

  private static DataException changed(String path, String first, int others) {
    String more = others == 0 ? "" : ", and %d more changed".formatted(others);
    return new DataException(
        "%s has changed since this run began: %s%s; restore it, or start a new run with another output or --run-id"
            .formatted(path, first, more));
  }
}
