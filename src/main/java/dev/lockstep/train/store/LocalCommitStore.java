package dev.lockstep.train.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory of this machine. A file is created if absent by writing and syncing a temporary one
 * ({@code CREATE_NEW}) and linking it to its name, which fails where the name is taken: so there is
 * never half a file under a committed name. Directories are synced too.
 */
final class LocalCommitStore implements CommitStore {
  private final Path root;

  LocalCommitStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public String uri(String path) {
    return "file:" + resolve(path);
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) {
    Path target = resolve(path);
    return attempt("create", target, () -> createIfAbsent(target, content));
  }

  private static boolean createIfAbsent(Path target, byte[] content) throws IOException {
    makeDirectories(target.getParent());
    if (Files.exists(target)) {
      return false;
    }
    Path temporary = temporary(target);
    try {
      writeSynced(temporary, out -> out.write(content), StandardOpenOption.CREATE_NEW);
      link(target, temporary, content);
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
    sync(target.getParent());
    return true;
  }

  private static void link(Path target, Path temporary, byte[] content) throws IOException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // No links here (exFAT, some mounts): still one winner, but a crash may leave half a file,
      // which its checksum will show.
      writeSynced(target, out -> out.write(content), StandardOpenOption.CREATE_NEW);
    }
  }

  @Override
  public void replace(String path, byte[] content) {
    Path target = resolve(path);
    attempt(
        "write",
        target,
        () -> {
          makeDirectories(target.getParent());
          Path temporary = temporary(target);
          try {
            writeSynced(temporary, out -> out.write(content), StandardOpenOption.CREATE_NEW);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
          } finally {
            Files.deleteIfExists(temporary);
          }
          sync(target.getParent());
          return null;
        });
  }

  @Override
  public void write(String path, Payload payload) {
    Path target = resolve(path);
    attempt(
        "write",
        target,
        () -> {
          makeDirectories(target.getParent());
          writeSynced(
              target, payload, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
          sync(target.getParent());
          return null;
        });
  }

  private static void writeSynced(Path target, Payload payload, OpenOption... options)
      throws IOException {
    List<OpenOption> all = new ArrayList<>(List.of(options));
    all.add(StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(target, all.toArray(OpenOption[]::new));
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      payload.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  @Override
  public InputStream open(String path) {
    Path target = resolve(path);
    return attempt("read", target, () -> Files.newInputStream(target));
  }

  @Override
  public OptionalLong size(String path) {
    Path target = resolve(path);
    return attempt(
        "read",
        target,
        () -> {
          try {
            return Files.isRegularFile(target)
                ? OptionalLong.of(Files.size(target))
                : OptionalLong.empty();
          } catch (NoSuchFileException e) {
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
          try (Stream<Path> children = Files.list(target)) {
            return children
                .map(child -> child.getFileName().toString())
                .filter(name -> !isTemporary(name))
                .sorted()
                .toList();
          } catch (NoSuchFileException | NotDirectoryException e) {
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
          try (Stream<Path> all = Files.walk(target)) {
            return all.filter(Files::isRegularFile)
                .filter(file -> !isTemporary(file.getFileName().toString()))
                .map(file -> target.relativize(file).toString().replace('\\', '/'))
                .sorted()
                .toList();
          } catch (NoSuchFileException e) {
            return List.of();
          }
        });
  }

  @Override
  public void delete(String path) {
    Path target = resolve(path);
    attempt(
        "delete",
        target,
        () -> {
          try (Stream<Path> all = Files.walk(target)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
              Files.deleteIfExists(each);
            }
          } catch (NoSuchFileException e) {
            return null;
          }
          sync(target.getParent());
          return null;
        });
  }

  @Override
  public void makeDirectories(String path) {
    Path target = resolve(path);
    attempt(
        "create",
        target,
        () -> {
          makeDirectories(target);
          return null;
        });
  }

  private static void makeDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    makeDirectories(directory.getParent());
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new NotDirectoryException(directory.toString());
      }
    }
    sync(directory.getParent());
  }

  @Override
  public boolean locks() {
    return true;
  }

  @Override
  public Optional<Lock> tryLock(String path) {
    Path target = resolve(path);
    return attempt(
        "lock",
        target,
        () -> {
          makeDirectories(target.getParent());
          return ProcessLock.tryLock(target);
        });
  }

  private static Path temporary(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  private static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(".tmp");
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path resolve(String path) {
    Path target = root.resolve(path).normalize();
    if (!target.startsWith(root)) {
      throw new IllegalArgumentException(path + " leaves " + root);
    }
    return target;
  }

  private interface Operation<T> {
    T run() throws IOException;
  }

  private static <T> T attempt(String action, Path target, Operation<T> operation) {
    try {
      return operation.run();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw StorageException.of(action, target.toString(), e);
    }
  }
}
