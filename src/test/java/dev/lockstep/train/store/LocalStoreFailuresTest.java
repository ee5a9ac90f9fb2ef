package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be looked at is not taken for absent, and what fails leaves nothing behind. */
class LocalStoreFailuresTest {
  @TempDir(factory = Scratch.class)
  Path directory;

  private CommitStore store;

  @BeforeEach
  void open() {
    store = new LocalCommitStore(directory);
  }

  @Test
  void aFileThatCannotBeLookedAtIsNotAbsent() throws IOException {
    Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    assertThatThrownBy(() -> store.size("loop"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(loop + ": could not read it");
    assertThatThrownBy(() -> store.read("loop/a", 9)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> store.files(""))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("could not list it");
  }

  @Test
  void whatIsMissingOrUnderAFileOrADirectoryIsAbsent() throws IOException {
    Files.createFile(directory.resolve("file"));
    Files.createDirectory(directory.resolve("folder"));
    Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));
    for (String path : new String[] {"a", "a/b", "file/a", "file/a/b", "folder", "dangling"}) {
      assertThat(store.size(path)).as(path).isEmpty();
    }
    assertThat(store.files("")).containsExactly("file");
  }

  @Test
  void aFolderThatRefusesIsNotPermittedInEachOperation() throws IOException {
    Path closed = Files.createDirectories(directory.resolve("a/closed"));
    Files.createFile(closed.resolve("file"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(closed), "root may read anything: run as another user");
      assertThatThrownBy(() -> store.size("a/closed/file"))
          .isInstanceOf(NotPermittedException.class);
      assertThatThrownBy(() -> store.files("a")).isInstanceOf(NotPermittedException.class);
      assertThatThrownBy(() -> store.delete("a")).isInstanceOf(NotPermittedException.class);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aFileThatCannotBeWrittenWholeIsNotLeftUnderItsName() throws IOException {
    Path target = directory.resolve("file");
    assertThatThrownBy(
            () ->
                SyncedFiles.createNew(
                    target,
                    out -> {
                      out.write(new byte[1 << 17]);
                      throw new IOException("No space left on device");
                    }))
        .hasMessage("No space left on device");
    assertThat(target).doesNotExist();
    assertThat(SyncedFiles.createNew(target, out -> out.write(1))).isTrue();
    assertThat(SyncedFiles.createNew(target, out -> out.write(2))).isFalse();
    assertThat(target).hasBinaryContent(new byte[] {1});
  }

  @Test
  void whoFindsItsOwnLinkHasWonAndWhoFindsAnothersHasNot() throws IOException {
    byte[] content = {1};
    Path temporary = Files.write(directory.resolve("temporary"), content);
    Path target = directory.resolve("target");
    assertThat(SyncedFiles.link(target, temporary, content)).isTrue();
    assertThat(SyncedFiles.link(target, temporary, content)).isTrue();
    Path other = Files.write(directory.resolve("other"), content);
    assertThat(SyncedFiles.link(target, other, content)).isFalse();
  }
}
