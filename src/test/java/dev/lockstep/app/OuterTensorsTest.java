package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Document;
import dev.lockstep.data.Augmentation;
import dev.lockstep.data.Category;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

class OuterTensorsTest {
  private static final Schema NUMBERS =
      new Schema(List.of(), 3, List.of("label"), List.of("a", "b", "c"));
  private static final Schema TOKENS =
      new Schema(List.of(), 8, List.of("label"), List.of("a", "b"), List.of(), List.of(), 20);
  private static final Schema CATEGORIES =
      new Schema(
          List.of("age", "town"),
          2,
          List.of("label"),
          List.of("a", "b"),
          List.of(),
          List.of(),
          0,
          List.of(new Category(1, "town", 4)),
          Augmentation.NONE);

  /** A run file of which only this is read. */
  record Root(Model model) {}

  private static OuterTensors of(String model, Schema schema) {
    Document document = Document.read("model { " + model + " }", "a.conf", List.of());
    return OuterTensors.of(RunFile.BINDER.bind(document, Root.class).model(), schema);
  }

  private static List<String> names(List<Slice> slices) {
    return slices.stream().map(Slice::name).toList();
  }

  @Test
  void aLinearModelHasOneLayerForBoth() {
    OuterTensors outer = of("kind = softmax", NUMBERS);
    assertThat(names(outer.features())).containsExactly("linear.weight");
    assertThat(names(outer.labels())).containsExactlyInAnyOrder("linear.weight", "linear.bias");
  }

  @Test
  void theFirstDenseLayerMixesFeaturesAndTheLastGivesClasses() {
    OuterTensors outer = of("kind = mlp, hidden = [4, 4]", NUMBERS);
    assertThat(names(outer.features())).containsExactly("0.weight");
    assertThat(names(outer.labels())).containsExactlyInAnyOrder("4.weight", "4.bias");
  }

  @Test
  void numbersBesideVectorsOfCategoriesMeetTheLayerBehind() {
    OuterTensors outer = of("kind = mlp, embed = auto, hidden = [4, 4]", CATEGORIES);
    assertThat(names(outer.features())).containsExactly("0.town.weight", "1.weight");
    assertThat(names(outer.labels())).containsExactlyInAnyOrder("5.weight", "5.bias");
  }

  @Test
  void normsPassFeaturesAndClassesOn() {
    String layers =
        "kind = network, layers = [{ kind = norm }, { kind = dense, units = 4 },"
            + " { kind = dense, units = 3 }, { kind = norm }]";
    OuterTensors outer = of(layers, NUMBERS);
    assertThat(names(outer.features())).containsExactly("0.weight", "0.bias", "1.weight");
    assertThat(names(outer.labels()))
        .containsExactlyInAnyOrder("2.weight", "2.bias", "3.weight", "3.bias");
  }

  @Test
  void tokensEndWithTheirVectors() {
    OuterTensors outer = of("kind = transformer, layers = 1, heads = 1, width = 4", TOKENS);
    assertThat(names(outer.features())).containsExactly("0.weight");
    assertThat(outer.labels()).hasSize(2);
  }
}
