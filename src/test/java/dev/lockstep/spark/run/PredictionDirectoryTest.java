package dev.lockstep.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lockstep.config.ConfigException;
import dev.lockstep.train.store.NotPermittedException;
import dev.lockstep.train.store.RunOwnedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
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

  /** Writes what stands for predictions. */
  private static void write(PredictionAttempt attempt, String name) throws IOException {
    Path gathered = Files.createDirectories(Path.of(URI.create(attempt.location())));
    Files.writeString(gathered.resolve(name), name);
    Files.writeString(gathered.resolve("_SUCCESS"), "");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  private static void predict(Path directory, String name) throws IOException {
    try (PredictionAttempt attempt = at(directory).begin()) {
      write(attempt, name);
      attempt.replaceEarlier();
    }
  }

  @Test
  void earlierPredictionsStayUntilOthersAreComplete() throws IOException {
    Path scores = folder.resolve("scores");
    predict(scores, "part-1");
    List<String> earlier = names(scores);
    assertThat(earlier)
        .containsExactly("_SUCCESS", "_lockstep_predictions", "_lockstep_work", "part-1");
    try (PredictionAttempt failed = at(scores).begin()) {
      write(failed, "part-2");
      assertThat(names(scores)).isEqualTo(earlier);
    }
    assertThat(names(scores)).isEqualTo(earlier);
    assertThat(scores.resolve("part-1")).hasContent("part-1");
    predict(scores, "part-3");
    assertThat(names(scores)).contains("_SUCCESS", "part-3").doesNotContain("part-1", "part-2");
  }

  @Test
  void whatADeadAttemptHasLeftIsReplacedAndDeleted() throws IOException {
    Path scores = folder.resolve("scores");
    Path left = scores.resolve("_lockstep_work/000001/_temporary/0");
    Files.createDirectories(left);
    predict(scores, "part-1");
    assertThat(left).doesNotExist();
    assertThat(names(scores.resolve("_lockstep_work"))).containsExactly("owner");
  }

  @Test
  void theCommandsOwnResultFileIsNotHeldAgainstThePlaceAndStays() throws IOException {
    Path scores = Files.createDirectory(folder.resolve("scores"));
    Path result = Files.writeString(scores.resolve("result.json"), "failed");
    PredictionDirectory own = at(scores).withResultFile(result.toString());
    for (String name : List.of("part-1", "part-2")) {
      try (PredictionAttempt attempt = own.begin()) {
        write(attempt, name);
        attempt.replaceEarlier();
      }
      assertThat(result).hasContent("failed");
    }
    assertThat(names(scores)).contains("_SUCCESS", "part-2").doesNotContain("part-1");
  }

  @Test
  void whatIsNotTheResultFileIsStillRefused() throws IOException {
    Path scores = Files.createDirectory(folder.resolve("scores"));
    Path precious = Files.writeString(scores.resolve("result.json"), "not ours");
    Path elsewhere = folder.resolve("result.json");
    for (PredictionDirectory wrong :
        List.of(
            at(scores),
            at(scores).withResultFile(elsewhere.toString()),
            at(scores).withResultFile(scores.resolve("other.json").toString()))) {
      assertThatThrownBy(wrong::begin)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is there already and no earlier predictions (result.json)");
    }
    assertThat(precious).hasContent("not ours");
  }

  @Test
  void ofTwoAttemptsAtATimeOneWrites() throws IOException {
    Path scores = folder.resolve("scores");
    try (PredictionAttempt first = at(scores).begin()) {
      assertThatThrownBy(() -> at(scores).begin())
          .isInstanceOf(RunOwnedException.class)
          .hasMessage(
              "--output %s: another predict is writing there; wait for it, or name another directory",
              scores);
      write(first, "part-1");
      first.replaceEarlier();
    }
    predict(scores, "part-2");
    assertThat(names(scores)).contains("part-2").doesNotContain("part-1");
  }

  @Test
  void theDirectoryItselfStays() throws IOException {
    Path target = Files.createDirectories(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-x---"));
    for (String name : List.of("part-1", "part-2")) {
      predict(link, name);
      assertThat(link).isSymbolicLink();
      assertThat(names(target)).contains(name);
    }
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
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
