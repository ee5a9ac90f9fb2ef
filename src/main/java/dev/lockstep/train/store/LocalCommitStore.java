package dev.lockstep.train.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
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
    SyncedFiles.makeDirectories(target.getParent());
    if (Files.exists(target)) {
      return false;
    }
    Path temporary = temporary(target);
    boolean created;
    try {
      SyncedFiles.write(temporary, out -> out.write(content), StandardOpenOption.CREATE_NEW);
      created = SyncedFiles.link(target, temporary, content);
    } finally {
      Files.deleteIfExists(temporary);
    }
    if (created) {
      SyncedFiles.sync(target.getParent());
    }
    return created;
  }

  @Override
  public void replace(String path, byte[] content) {
    Path target = resolve(path);
    attempt(
        "write",
        target,
        () -> {
          SyncedFiles.makeDirectories(target.getParent());
          Path temporary = temporary(target);
          try {
            SyncedFiles.write(temporary, out -> out.write(content), StandardOpenOption.CREATE_NEW);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
          } finally {
            Files.deleteIfExists(temporary);
          }
          SyncedFiles.sync(target.getParent());
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
          SyncedFiles.makeDirectories(target.getParent());
          SyncedFiles.write(
              target, payload, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
          SyncedFiles.sync(target.getParent());
          return null;
        });
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
        () ->
            SyncedFiles.attributes(target)
                .filter(BasicFileAttributes::isRegularFile)
                .map(there -> OptionalLong.of(there.size()))
                .orElse(OptionalLong.empty()));
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
            return all.filter(LocalCommitStore::isFile)
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
          SyncedFiles.sync(target.getParent());
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
          SyncedFiles.makeDirectories(target);
          return null;
        });
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
          SyncedFiles.makeDirectories(target.getParent());
          return ProcessLock.tryLock(target);
        });
  }

  private static boolean isFile(Path path) {
    try {
      return SyncedFiles.attributes(path).filter(BasicFileAttributes::isRegularFile).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  private static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(".tmp");
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
    } catch (UncheckedIOException e) {
      throw StorageException.of(action, target.toString(), e.getCause());
    } catch (IOException e) {
      throw StorageException.of(action, target.toString(), e);
    }
  }
}
