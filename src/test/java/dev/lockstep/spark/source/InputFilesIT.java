package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.FAIL;
import static dev.lockstep.spark.source.SourceFixture.csv;
import static dev.lockstep.spark.source.SourceFixture.session;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose names Hadoop does not read. */
class InputFilesIT {
  @TempDir Path folder;

  @Test
  void aFolderMayHaveAColonInItsName() {
    Path day = folder.resolve("2026-11-27T02:00:00");
    write(day.resolve("a.csv"), "a,b\n1,2\n");
    for (Path path : new Path[] {folder, day, day.resolve("a.csv")}) {
      assertThat(csv(path).open(session(), FAIL).count()).isEqualTo(1);
    }
    session().range(3).write().parquet(folder + "/t/12:30/in");
    for (String path : new String[] {"/t", "/t/12:30", "/t/12:30/in"}) {
      assertThat(new Parquet(folder + path).open(session(), FAIL).count()).isEqualTo(3);
    }
  }

  @Test
  void aFileWithAColonInItsNameIsToBeRenamed() {
    Path file = write(folder.resolve("12:30.csv"), "a,b\n1,2\n");
    for (Path path : new Path[] {folder, file}) {
      assertThatThrownBy(() -> csv(path).open(session(), FAIL))
          .isInstanceOf(DataException.class)
          .hasMessage(
              file + ": Hadoop opens no local file with a colon in its name; rename the file");
    }
  }

  @Test
  void aFileThatSparkLeavesOutIsToBeRenamed() throws IOException {
    session().range(3).coalesce(1).write().parquet(folder + "/t");
    Path part;
    try (Stream<Path> files = Files.list(folder.resolve("t"))) {
      part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    for (String name : new String[] {"_new.parquet", ".new.parquet"}) {
      Path hidden = Files.copy(part, folder.resolve(name));
      assertThatThrownBy(() -> new Parquet(hidden.toString()).open(session(), FAIL))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "data.source.path "
                  + hidden
                  + ": Spark reads no file whose name begins with a dot or an underscore; rename"
                  + " the file");
    }
    Path lines = write(folder.resolve("_a.csv"), "a,b\n1,2\n");
    assertThat(csv(lines).open(session(), FAIL).count()).isEqualTo(1);
  }

  @Test
  void aPatternBesideANameWithAColonAndAPathThatIsNoneAreRefused() {
    write(folder.resolve("a.csv"), "a,b\n1,2\n");
    write(folder.resolve("12:30.txt"), "");
    assertThatThrownBy(() -> csv(folder.resolve("*.csv")).open(session(), FAIL))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("data.source.path " + folder + "/*.csv cannot be looked up:")
        .hasMessageContaining("12:30.txt")
        .hasMessageEndingWith("rename what has a colon in its name, or give the folder it is in");
    assertThatThrownBy(() -> csv(Path.of("12:30.csv")).open(session(), FAIL))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("data.source.path 12:30.csv cannot be looked up:");
  }

  @Test
  void aNameThatJavaCannotReadIsRefusedAndNotLeftOut() throws Exception {
    write(folder.resolve("a.csv"), "a,b\n1,2\n");
    String odd = "cp \"$1/a.csv\" \"$1\"/$'\\xff.csv'"; // no text of UTF-8 or ASCII
    Process copy = new ProcessBuilder("bash", "-c", odd, "bash", folder.toString()).start();
    assumeTrue(copy.waitFor() == 0, "the file system takes no such name");
    for (Path path : new Path[] {folder, folder.resolve("*.csv"), folder.resolve("../*/*.csv")}) {
      assertThatThrownBy(() -> csv(path).open(session(), FAIL))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(folder + "/\uFFFD.csv: Java opens no file of this name")
          .hasMessageEndingWith("rename it");
    }
    for (String other : new String[] {"a.csv", "a*.csv"}) {
      assertThat(csv(folder.resolve(other)).open(session(), FAIL).count()).isEqualTo(1);
    }
    Path unwritable = folder.resolve("a.csv");
    assertThatThrownBy(
            () -> new Text(unwritable + "\uD800", Lines.MAX_LINE_BYTES).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Java opens no file of this name");
  }
}
