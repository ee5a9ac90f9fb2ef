package dev.lockstep.train.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A directory in which files can be committed. Paths are relative to it, with {@code /}. When an
 * operation returns, its effect is durable. No operation appends, none renames a directory. Safe
 * for threads.
 *
 * <p>All operations throw {@link StorageException} when the store fails and {@link
 * NotPermittedException} when it refuses.
 */
public interface CommitStore {
  /** Where the store is, for messages. */
  String location();

  /**
   * Creates a file if it is absent: all of it or nothing of it, and of several writers one.
   *
   * @return whether this call created the file
   */
  boolean createIfAbsent(String path, byte[] content);

  /** Puts a file in place of what was there; a reader sees the old or the new one, whole. */
  void replace(String path, byte[] content);

  /**
   * Writes a file of any size, not atomically: it counts only once a manifest names it. Overwrites.
   */
  void write(String path, Payload payload);

  /**
   * Opens a file for reading; the caller closes it. An absent one is a {@link StorageException}.
   */
  InputStream open(String path);

  /** The length of a file in bytes; empty if there is none. */
  OptionalLong size(String path);

  /** Names in a directory, sorted, temporary files left out; empty if there is none. */
  List<String> list(String directory);

  /** Paths of all files under a directory, sorted, relative to it; empty if there is none. */
  List<String> files(String directory);

  /** Deletes a file or a directory with all it holds; what is absent stays so. */
  void delete(String path);

  /** Creates a directory and those above it, where they are absent. */
  void makeDirectories(String path);

  /** Whether {@link #tryLock} may tell the living from the dead. */
  boolean locks();

  /**
   * Takes a lock that the operating system releases when this process dies.
   *
   * @return the lock, to be closed; empty if another holder lives
   * @throws UnsupportedOperationException if there are no locks, as on some mounts
   */
  Optional<Lock> tryLock(String path);

  /** The path as a Hadoop URI, for readers and writers outside of this package. */
  String uri(String path);

  /** The path in full, for messages. */
  default String where(String path) {
    return path.isEmpty() ? location() : location() + "/" + path;
  }

  /**
   * The content of a small file; empty if there is none.
   *
   * @throws IntegrityException if it is longer than the limit
   */
  default Optional<byte[]> read(String path, int limitBytes) {
    OptionalLong size = size(path);
    if (size.isEmpty()) {
      return Optional.empty();
    }
    if (size.getAsLong() > limitBytes) {
      throw new IntegrityException(
          "%s: has %d bytes, must have at most %d"
              .formatted(where(path), size.getAsLong(), limitBytes));
    }
    try (InputStream in = open(path)) {
      return Optional.of(in.readNBytes(limitBytes));
    } catch (IOException e) {
      throw StorageException.of("read", where(path), e);
    }
  }

  /** Writes the bytes of a file. */
  @FunctionalInterface
  interface Payload {
    /** Writes everything; the stream is buffered and closed by the store. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** A held lock. */
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }
}
