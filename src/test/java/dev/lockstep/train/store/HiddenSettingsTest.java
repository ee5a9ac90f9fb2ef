package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of an earlier build, which hid more of the settings than this one. */
class HiddenSettingsTest {
  private static final RunDescription BEFORE = of("token = <redacted>", "<redacted>", "<redacted>");
  private static final RunDescription NOW = of("token = 5 and b < 1", "length(token)", 2.5);

  @TempDir(factory = Scratch.class)
  Path directory;

  private static RunDescription of(String where, Object column, Object weight) {
    Map<String, Object> data = Map.of("where", where, "token", column, "secret", weight);
    return RunDescription.of(Map.of("data", data), 4, Map.of(), List.of());
  }

  @Test
  void whatWasHiddenMayBeAnythingAndTheRestMayNot() {
    assertThat(BEFORE.configurationDifferences(NOW)).isEmpty();
    assertThat(BEFORE.configurationDifferences(BEFORE)).isEmpty();
    assertThat(NOW.configurationDifferences(of("token = 6", "length(token)", 2.5))).hasSize(1);
    assertThat(BEFORE.configurationDifferences(of("age = 5", "length(token)", 2.5)))
        .containsExactly("data.where was \"token = <redacted>\", is \"age = 5\"");
  }

  @Test
  void theRunGoesOnFromItsCheckpoint() {
    RunDirectory run = RunDirectory.at(directory.resolve("run").toString(), new Configuration());
    try (OwnedRun owned = run.claim(TinyTraining.TIMING)) {
      owned.begin(BEFORE, 1);
      owned.save(3, List.of(Tensor.of("params", 1)), Json.object());
    }
    try (OwnedRun owned = run.claim(TinyTraining.TIMING)) {
      owned.begin(NOW, 1);
      assertThat(owned.resume().checkpoint()).map(Checkpoint::step).hasValue(3L);
    }
  }
}
