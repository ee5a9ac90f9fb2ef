package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Rendering;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.loss.Distillation;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.ModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillSettingsTest {
  /** A run file of which only this is read. */
  record Root(Optional<DistillSettings> distill) {}

  private static Root read(String text) {
    return RunFile.BINDER.bind(Document.read(text, "a.conf", List.of()), Root.class);
  }

  @Test
  void whatIsLeftOutIsATemperatureOfTwoAndHalfOfEach() {
    DistillSettings settings = read("distill { teacher = runs/a/model }").distill().orElseThrow();
    assertThat(settings.distillation()).isEqualTo(new Distillation(2, 0.5));
    assertThat(settings.teacher()).hasToString("runs/a/model");
  }

  @Test
  void isRenderedAsItWasRead() {
    Root root = read("distill { teacher = runs/a/model, temperature = 4, alpha = 0.9 }");
    assertThat(new Rendering(RunFile.BINDER).map(root))
        .isEqualTo(
            Map.of(
                "distill",
                Map.of("teacher", "runs/a/model", "sha256", "", "temperature", 4.0, "alpha", 0.9)));
    assertThat(new Rendering(RunFile.BINDER).map(read(""))).isEmpty();
  }

  @Test
  void whatIsOutOfRangeIsToldAllAtOnce() {
    assertThatThrownBy(() -> read("distill { temperature = 0, alpha = 1.5, sha256 = x }"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("distill.teacher is missing")
                    .contains("distill.sha256 must be 64 digits from 0 to f, is x")
                    .contains("distill.temperature must be above 0, is 0")
                    .contains("distill.alpha must be from 0 to 1, is 1.5"));
  }

  @Test
  void theFolderOfARunIsToldWhereItsModelIs(@TempDir Path run) throws IOException {
    String advice = "train the teacher first (distill.teacher)";
    assertThatThrownBy(() -> TrainedModel.read(run.toString(), advice))
        .isInstanceOf(InputMissingException.class)
        .hasMessage("there is no trained model in %s; %s", run, advice);
    ModelDirectory model =
        new ModelDirectory(
            CommitStores.open(run.toString(), LockstepSession.hadoopConfiguration()), "model");
    model.begin();
    model.write(JsonNodeFactory.instance.objectNode(), List.of(), Map.of());
    model.commit("r", "c");
    for (String end : List.of("", "/")) {
      assertThatThrownBy(() -> TrainedModel.read(run + end, advice))
          .isInstanceOf(InputMissingException.class)
          .hasMessage(
              "there is no trained model in %s%s; there is one in %s/model: name that",
              run, end, run);
    }
  }

  @Test
  void aTeacherThatWasNotReadIsNoModel() {
    TeacherDirectory unread = TeacherDirectory.parse("runs/a/model");
    assertThatThrownBy(unread::model).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> TeacherDirectory.parse(" "))
        .hasMessage("must name a model directory, is blank");
  }
}
