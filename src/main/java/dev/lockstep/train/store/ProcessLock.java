package dev.lockstep.train.store;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An operating system's lock on a file. POSIX gives up a process's lock when the process closes any
 * descriptor of the file, so a file locked by this process is never opened a second time.
 */
final class ProcessLock implements CommitStore.Lock {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private ProcessLock(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** What a channel does. */
  interface Locking {
    FileLock tryLock() throws IOException;
  }

  /**
   * Takes the lock of a file, which is made where it is absent.
   *
   * @throws UnsupportedOperationException where the file system has no locks
   */
  static Optional<CommitStore.Lock> tryLock(Path file) throws IOException {
    Path path = file.getParent().toRealPath().resolve(file.getFileName());
    if (!HELD.add(path)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = lock(channel::tryLock);
      return lock == null ? Optional.empty() : Optional.of(new ProcessLock(path, channel));
    } finally {
      if (lock == null) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(path);
      }
    }
  }

  /** A mount without locks tells so by a text alone; all that it may say means that it has none. */
  static FileLock lock(Locking file) throws IOException {
    try {
      return file.tryLock();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw new UnsupportedOperationException("no locks: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw StorageException.of("unlock", path.toString(), e);
    } finally {
      HELD.remove(path);
    }
  }
}
