package dev.lockstep.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lockstep.config.ConfigException;
import dev.lockstep.train.store.NotPermittedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionDirectoryTest {
  @TempDir private Path folder;

  private static PredictionDirectory at(Path directory) {
    return PredictionDirectory.at(directory.toString(), new Configuration());
  }

  @Test
  void aPlaceUnderAFolderThatIsThereIsWritableAndStaysAsItIs() {
    at(folder.resolve("a/b")).requireWritable();
    at(folder).requireWritable();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aPlaceUnderAFileIsNamedWithTheFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> at(file.resolve("a/b")).requireWritable())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            file.resolve("a/b") + ": cannot write it, since " + file + " is a file");
  }

  @Test
  void aFolderThatRefusesIsNotPermitted() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "root may write anywhere: run as another user");
    assertThatThrownBy(() -> at(closed.resolve("a")).requireWritable())
        .isInstanceOf(NotPermittedException.class)
        .hasMessageContaining("not permitted to write it");
  }
}
