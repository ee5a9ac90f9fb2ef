package dev.lockstep.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.train.store.CommitStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedOutputTest {
  @TempDir private Path folder;

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  @Test
  void aFileThatExecutorsSeeIsShared() throws IOException {
    String file = Files.createFile(folder.resolve("probe")).toString();
    SharedOutput.requireSeen(spark(), "output", file, 0);
  }

  @Test
  void whoDoesNotSeeItIsNamedWithThePlaceAndWhatToDo() {
    String file = folder.resolve("probe").toString();
    assertThatThrownBy(() -> SharedOutput.requireSeen(spark(), "output /runs/a", file, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("output /runs/a: the executor on 127.0.0.1 does not see")
        .hasMessageEndingWith("name a path that all machines share, or one of hdfs: or s3a:");
  }

  @Test
  void inLocalModeNothingIsAsked() {
    SharedOutput.require(spark(), "output", CommitStores.open(folder.resolve("a").toString()));
    assertThat(folder.resolve("a")).doesNotExist();
  }
}
