package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir(factory = Scratch.class)
  Path directory;

  /** 70 MiB, as of 600,000 files with short names. */
  @Test
  void aRunOverVeryManyFilesIsResumed() {
    String folder = "x".repeat(4_000) + "/";
    List<RunDescription.InputFile> input =
        IntStream.range(0, 18_000)
            .mapToObj(i -> new RunDescription.InputFile(folder + i, i, i))
            .toList();
    RunDescription description = new RunDescription(Json.object(), 4, Map.of(), input);
    CommitStore store = new LocalCommitStore(directory);
    for (int attempt = 1; attempt <= 2; attempt++) {
      try (OwnedRun run = new RunDirectory(store).claim(TinyTraining.TIMING)) {
        assertThat(run.begin(description, 1)).isEmpty();
        assertThat(run.attempt()).isEqualTo(attempt);
      }
    }
    assertThat(store.size(RunDirectory.RUN).getAsLong()).isGreaterThan(64 << 20);
  }
}
