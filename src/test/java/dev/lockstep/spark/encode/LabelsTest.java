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
    return Labels.weights(ClassWeights.of(told), CLASSES, counted("fine", "fraud"), others);
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
  void aClassMayBeInRowsAloneThatAreHeldOut() {
    assertThat(weights(Map.of("rare", 9.0), counted("rare"))).containsExactly(1.0, 1.0);
  }
}
