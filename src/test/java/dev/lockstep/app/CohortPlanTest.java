package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.train.ScaledRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class CohortPlanTest {
  private static final Schema CLASSES =
      new Schema(List.of(), 4, List.of("y"), List.of("a", "b", "c"));
  private static final List<ScaledRange> CENTRED = List.of(new ScaledRange(0, 4, true));

  /** A section of a run file that names a model. */
  record Section(Model model) {}

  private static Model model(String text) {
    Document document = Document.read("model { " + text + " }", "a.conf", List.of());
    return RunFile.BINDER.bind(document, Section.class).model();
  }

  @Test
  void aModelThatCannotBeRescaledIsRefusedWithWhatItLacks() {
    assertThat(CohortPlan.units(model("kind = mlp, hidden = [5]"), CLASSES, CENTRED)).hasSize(5);
    assertThatThrownBy(
            () -> CohortPlan.units(model("kind = mlp, freeze = \"0.*\""), CLASSES, CENTRED))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("through the first layer")
        .hasMessageNotContaining("model.intercept")
        .hasMessageContaining("tune.encode = per_fold");
    Model free = model("kind = softmax, intercept = false");
    assertThatThrownBy(() -> CohortPlan.units(free, CLASSES, CENTRED))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("set model.intercept = true");
  }
}
