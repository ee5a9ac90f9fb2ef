package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.InputMissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
  private static final String NEWEST = "checkpoints/step-000000006-000001";

  @TempDir(factory = Scratch.class)
  Path directory;

  @BeforeEach
  void train() {
    TinyTraining.run(new LocalCommitStore(directory), new AtomicInteger());
  }

  private Inspection inspect(String path) {
    return Inspection.of(new LocalCommitStore(directory.resolve(path)));
  }

  @Test
  void aWholeRunIsShownWithCheckpointsModelAndResult() {
    Inspection run = inspect("");
    assertThat(run.problems()).isEmpty();
    ObjectNode content = run.content();
    assertThat(content.path("shards").asInt()).isEqualTo(4);
    assertThat(content.path("checkpoints").properties()).hasSize(2);
    assertThat(content.path("metrics_files").asInt()).isEqualTo(4);
    assertThat(content.at("/model/files/model.safetensors/tensors/params").asText())
        .isEqualTo("F32 [500]");
    assertThat(content.at("/result/status").asText()).isEqualTo("done");
  }

  @Test
  void aCheckpointAndAModelAreShownAlone() {
    assertThat(inspect(NEWEST).content().path("step").asInt()).isEqualTo(6);
    assertThat(inspect("model").content().path("kind").asText()).isEqualTo("model");
  }

  @Test
  void everythingDamagedIsNamed() throws IOException {
    Files.write(directory.resolve(NEWEST + "/state.safetensors"), new byte[3]);
    Files.delete(directory.resolve("model/pipeline/part-0"));
    Files.write(directory.resolve("run.json"), new byte[3]);
    assertThat(inspect("").problems())
        .hasSize(3)
        .anyMatch(problem -> problem.contains(NEWEST + "/state.safetensors: has 3 bytes"))
        .anyMatch(problem -> problem.contains("model/pipeline/part-0: is missing"))
        .anyMatch(problem -> problem.contains("run.json: is torn or changed"));
  }

  @Test
  void anythingElseIsMissingInput() {
    assertThatThrownBy(() -> inspect("metrics")).isInstanceOf(InputMissingException.class);
    assertThatThrownBy(() -> inspect("nowhere")).isInstanceOf(InputMissingException.class);
  }
}
