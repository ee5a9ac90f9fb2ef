package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFilesTest {
  @TempDir(factory = Scratch.class)
  Path directory;

  @Test
  void theFirstEventIsReadWithoutALookAtTheOthers() {
    CommitStore store = new LocalCommitStore(directory);
    EventFiles files = new EventFiles(store, "journal");
    assertThat(files.first()).isEmpty();
    files.append(1, Json.object().put("number", 1));
    files.append(2, Json.object().put("number", 2));
    assertThat(files.read()).hasSize(2);
    store.replace("journal/000002.json", new byte[] {'{'});
    assertThat(files.first().orElseThrow().path("number").asInt()).isEqualTo(1);
    assertThatThrownBy(files::read)
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("000002.json")
        .hasMessageContaining("restore it");
  }
}
