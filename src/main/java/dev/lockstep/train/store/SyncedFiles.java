package dev.lockstep.train.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
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
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is done to files of this machine, durable when it returns. */
final class SyncedFiles {
  private SyncedFiles() {}

  /** Writes and syncs a file, not its directory. */
  static void write(Path target, CommitStore.Payload payload, OpenOption... options)
      throws IOException {
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(StandardOpenOption.WRITE);
    write(FileChannel.open(target, all), payload);
  }

  private static void write(FileChannel opened, CommitStore.Payload payload) throws IOException {
    try (FileChannel channel = opened;
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      payload.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /**
   * Gives a synced file its name, if that is free.
   *
   * @param content of the file, for where there are no links
   * @return whether it got the name
   */
  static boolean link(Path target, Path temporary, byte[] content) throws IOException {
    try {
      Files.createLink(target, temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      // A mount sends a request again whose answer was lost, and may find what it did itself.
      return Files.isSameFile(target, temporary);
    } catch (FileSystemException | UnsupportedOperationException e) {
      // No links here (exFAT, some mounts): still one winner, but a crash may leave half a file,
      // which its checksum will show.
      return createNew(target, out -> out.write(content));
    }
  }

  /**
   * Writes and syncs a file if its name is free; leaves no half of it where that fails.
   *
   * @return whether it was free
   */
  static boolean createNew(Path target, CommitStore.Payload payload) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    try {
      write(channel, payload);
      return true;
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(target);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Makes a directory and those above it, where they are absent. */
  static void makeDirectories(Path directory) throws IOException {
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

  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * What is there, links followed; empty only where nothing is.
   *
   * @throws IOException where that cannot be found out
   */
  static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (isUnderFile(path)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Java tells this by a text alone, in the language of the user. */
  private static boolean isUnderFile(Path path) {
    Path above = path.getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    return above != null && !Files.isDirectory(above);
  }
}
