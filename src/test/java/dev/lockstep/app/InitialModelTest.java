package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Rendering;
import dev.lockstep.data.Layout;
import dev.lockstep.train.InitialValues;
import dev.lockstep.train.store.Tensor;
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

  @Test
  void aModelThatFitsInPartsIsRefusedWithTheNamesOfTheseParts() {
    Map<String, Tensor> trained =
        Map.of(
            "0.weight", Tensor.of("0.weight", List.of(3, 2), new float[6]),
            "0.bias", Tensor.of("0.bias", List.of(3), new float[] {1, 2, 3}),
            "2.weight", Tensor.of("2.weight", List.of(4, 3), new float[12]),
            "2.bias", Tensor.of("2.bias", List.of(1), new float[1]));
    Layout layout =
        Layout.empty()
            .with("0.weight", true, 3, 2)
            .with("0.bias", false, 3)
            .with("2.weight", true, 1, 3)
            .with("2.bias", false, 1)
            .with("4.weight", true, 1, 1);
    assertThatThrownBy(() -> InitialModel.parse("runs/a/model").values(layout, trained))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "init runs/a/model: 2.weight is of shape [4, 3], must be of shape [1, 3] (and 1 more):"
                + " it was trained on other features or another model; init.only = [\"0.*\","
                + " \"2.bias\"] takes what fits, the rest starts anew");

    InitialModel part = new InitialModel("runs/a/model", List.of("0.*", "2.bias"));
    InitialValues taken = part.values(layout, trained);
    assertThat(taken.values()).containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0);
    assertThat(taken.runs())
        .containsExactly(new Layout.Run(0, 6), new Layout.Run(6, 9), new Layout.Run(12, 13));
  }

  @Test
  void aModelOfWhichNothingFitsIsRefused() {
    Layout layout = Layout.empty().with("0.weight", true, 3, 2);
    assertThatThrownBy(() -> InitialModel.parse("runs/a/model").values(layout, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("0.weight is missing")
        .hasMessageEndingWith("none of its tensors fits");
  }
}
