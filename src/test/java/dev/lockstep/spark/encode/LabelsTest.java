package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.spark.prepare.Categories;
import dev.lockstep.spark.prepare.ClassWeights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final List<String> CLASSES = List.of("fine", "fraud");

  private static Categories counted(String... names) {
    Categories counts = new Categories();
    for (String name : names) {
      counts.add(name, 3);
    }
    return counts;
  }

  private static List<Double> weights(Map<String, Double> told, Categories others) {
    return Labels.weights(ClassWeights.of(told), CLASSES, counted("fine", "fraud"), others, false);
  }

  @Test
  void classesThatAreNotNamedWeighOne() {
    assertThat(weights(Map.of("fraud", 9.0), counted())).containsExactly(1.0, 9.0);
  }

  @Test
  void aWeightOfAClassThatNoRowHasIsRefused() {
    assertThatThrownBy(() -> weights(Map.of("frauds", 9.0), counted("fraud")))
        .isInstanceOf(ChosenRowsException.class)
        .hasMessage("no row has the class frauds of data.class_weight: did you mean fraud?");
  }

  @Test
  void rowsThatOnlyATeacherKnowsLearnWithoutClassesThatWeigh() {
    ClassWeights none = ClassWeights.of(Map.of("fine", 0.0));
    List<String> fine = List.of("fine");
    assertThat(Labels.weights(none, fine, counted("fine"), counted(), true)).containsExactly(0.0);
    assertThatThrownBy(() -> Labels.weights(none, fine, counted("fine"), counted(), false))
        .isInstanceOf(ChosenRowsException.class)
        .hasMessageContaining("gives every class (fine) the weight 0");
  }

  @Test
  void classesThatWeighNeedALabel() {
    for (ClassWeights told :
        List.of(ClassWeights.parse("balanced"), ClassWeights.of(Map.of("a", 2.0)))) {
      assertThatThrownBy(() -> Labels.weights(told, List.of(), counted(), counted(), true))
          .isInstanceOf(ChosenRowsException.class)
          .hasMessage(
              "data.class_weight weighs rows by their labels, but no training row has one: leave it"
                  + " out");
    }
  }

  @Test
  void aClassMayBeInRowsAloneThatAreHeldOut() {
    assertThat(weights(Map.of("rare", 9.0), counted("rare"))).containsExactly(1.0, 1.0);
  }
}
