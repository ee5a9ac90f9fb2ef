package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {
  @TempDir private Path folder;

  @Test
  void anEncodingWhosePartsAreElsewhereIsNotCopied() {
    CommitStore store = new LocalCommitStore(folder);
    ModelDirectory model = new ModelDirectory(store, ModelDirectory.NAME);
    store.write("scratch/metadata/_SUCCESS", out -> {});
    assertThatThrownBy(() -> model.copyPipeline("scratch"))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(folder + "/scratch: there is no metadata/part-*")
        .hasMessageEndingWith("give an output that all machines share");
    assertThat(store.files(ModelDirectory.NAME)).isEmpty();
    store.write("scratch/metadata/part-00000", out -> out.write(1));
    model.copyPipeline("scratch");
    assertThat(store.files(ModelDirectory.NAME))
        .containsExactly("pipeline/metadata/_SUCCESS", "pipeline/metadata/part-00000");
  }
}
