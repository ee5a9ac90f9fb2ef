package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Document;
import dev.lockstep.config.Rendering;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitialModelTest {
  /** A run file of which only this is read. */
  record Root(Optional<InitialModel> init) {}

  private static Root read(String text) {
    return RunFile.BINDER.bind(Document.read(text, "a.conf", List.of()), Root.class);
  }

  @Test
  void aDirectoryAloneIsReadAndRenderedAsItWas() {
    Root root = read("init = runs/a/model");
    assertThat(root.init()).contains(new InitialModel("runs/a/model", List.of()));
    assertThat(new Rendering(RunFile.BINDER).map(root)).isEqualTo(Map.of("init", "runs/a/model"));
  }

  @Test
  void partsAreNamedBesideTheDirectory() {
    Root root = read("init { model = runs/a/model, only = \"0.*\" }");
    assertThat(root.init()).contains(new InitialModel("runs/a/model", List.of("0.*")));
    assertThat(new Rendering(RunFile.BINDER).map(root))
        .isEqualTo(Map.of("init", Map.of("model", "runs/a/model", "only", List.of("0.*"))));
    assertThatThrownBy(() -> read("init { only = \"0.*\" }"))
        .hasMessageContaining("init.model is missing");
  }
}
