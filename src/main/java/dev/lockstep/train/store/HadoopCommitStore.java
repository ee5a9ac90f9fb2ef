package dev.lockstep.train.store;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A directory of HDFS or S3A. HDFS creates a file if absent by an atomic rename of a synced
 * temporary file that does not overwrite, so that a torn file never has a committed name; S3A by a
 * conditional put.
 */
final class HadoopCommitStore implements CommitStore {
  private final Path root;
  private final FileSystem files;
  private final Optional<FileContext> renames;

  HadoopCommitStore(Path path, Configuration hadoop) throws IOException {
    files = path.getFileSystem(hadoop);
    root = files.makeQualified(path);
    renames =
        files.getScheme().equals("s3a")
            ? Optional.empty()
            : Optional.of(FileContext.getFileContext(files.getUri(), hadoop));
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public String uri(String path) {
    return resolve(path).toString();
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) {
    Path target = resolve(path);
    return attempt(
        "create",
        target,
        () ->
            renames.isPresent()
                ? linked(target, content, Options.Rename.NONE)
                : conditionallyPut(target, content));
  }

  @Override
  public void replace(String path, byte[] content) {
    Path target = resolve(path);
    attempt(
        "write",
        target,
        () -> {
          if (renames.isPresent()) {
            return linked(target, content, Options.Rename.OVERWRITE);
          }
          try (OutputStream out = files.create(target, true)) {
            out.write(content);
          }
          return true;
        });
  }

  /** Writes a temporary file and renames it; whether it got its name. */
  private boolean linked(Path target, byte[] content, Options.Rename rename) throws IOException {
    Path temporary =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    try {
      writeSynced(temporary, false, out -> out.write(content));
      renames.orElseThrow().rename(temporary, target, rename);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      files.delete(temporary, false);
    }
  }

  /**
   * A put under the condition that nothing is there. A retry inside the client may collide with its
   * own first try, so after a collision the content decides who won.
   */
  private boolean conditionallyPut(Path target, byte[] content) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(target).create();
    builder.must(Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
    try (FSDataOutputStream out = builder.build()) {
      out.write(content);
    } catch (IOException e) {
      if (!(e instanceof FileAlreadyExistsException
          || e.getClass().getSimpleName().equals("RemoteFileChangedException"))) {
        throw e;
      }
      try (InputStream in = files.open(target)) {
        return Arrays.equals(in.readNBytes(content.length + 1), content);
      }
    }
    return true;
  }

  @Override
  public void write(String path, Payload payload) {
    Path target = resolve(path);
    attempt(
        "write",
        target,
        () -> {
          writeSynced(target, true, payload);
          return true;
        });
  }

  private void writeSynced(Path target, boolean overwrite, Payload payload) throws IOException {
    try (FSDataOutputStream data = files.create(target, overwrite);
        OutputStream out = new BufferedOutputStream(data, 1 << 16)) {
      payload.writeTo(out);
      out.flush();
      if (renames.isPresent()) {
        data.hsync();
      }
    }
  }

  @Override
  public InputStream open(String path) {
    Path target = resolve(path);
    return attempt("read", target, () -> files.open(target));
  }

  @Override
  public OptionalLong size(String path) {
    Path target = resolve(path);
    return attempt(
        "read",
        target,
        () -> {
          try {
            FileStatus status = files.getFileStatus(target);
            return status.isFile() ? OptionalLong.of(status.getLen()) : OptionalLong.empty();
          } catch (FileNotFoundException e) {
            return OptionalLong.empty();
          }
        });
  }

  @Override
  public List<String> list(String directory) {
    Path target = resolve(directory);
    return attempt(
        "list",
        target,
        () -> {
          try {
            return Arrays.stream(files.listStatus(target))
                .map(status -> status.getPath().getName())
                .filter(name -> !isTemporary(name))
                .sorted()
                .toList();
          } catch (FileNotFoundException e) {
            return List.of();
          }
        });
  }

  @Override
  public List<String> files(String directory) {
    Path target = resolve(directory);
    return attempt(
        "list",
        target,
        () -> {
          List<String> found = new ArrayList<>();
          try {
            RemoteIterator<LocatedFileStatus> all = files.listFiles(target, true);
            while (all.hasNext()) {
              Path file = all.next().getPath();
              if (!isTemporary(file.getName())) {
                found.add(target.toUri().relativize(file.toUri()).getPath());
              }
            }
          } catch (FileNotFoundException e) {
            return List.of();
          }
          return found.stream().sorted().toList();
        });
  }

  @Override
  public void delete(String path) {
    Path target = resolve(path);
    attempt("delete", target, () -> files.delete(target, true));
  }

  @Override
  public void makeDirectories(String path) {
    Path target = resolve(path);
    attempt("create", target, () -> files.mkdirs(target));
  }

  @Override
  public boolean locks() {
    return false;
  }

  @Override
  public Optional<Lock> tryLock(String path) {
    throw new UnsupportedOperationException(location() + " has no locks");
  }

  private static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(".tmp");
  }

  private Path resolve(String path) {
    if (List.of(path.split("/")).contains("..")) {
      throw new IllegalArgumentException(path + " leaves " + root);
    }
    return path.isEmpty() ? root : new Path(root, path);
  }

  private interface Operation<T> {
    T run() throws IOException;
  }

  private static <T> T attempt(String action, Path target, Operation<T> operation) {
    try {
      return operation.run();
    } catch (IOException e) {
      throw StorageException.of(action, target.toString(), e);
    }
  }
}
