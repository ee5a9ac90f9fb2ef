package dev.lockstep.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class EpochEndsTest {
  private static ObjectNode of(EpochEnds ends) {
    ObjectNode node = SampleStudy.JSON.createObjectNode();
    ends.put(node);
    return node;
  }

  @Test
  void evenEpochsAreTheirFirstAndLast() {
    EpochEnds ends = new EpochEnds();
    for (int epoch = 1; epoch <= 100_000; epoch++) {
      ends.add(7.0 * epoch, epoch);
    }
    assertThat(of(ends)).hasToString("{\"x\":[7,700000],\"y\":[1.0,100000.0],\"of\":2}");
  }

  @Test
  void everyChangeOfPaceIsKept() {
    EpochEnds ends = new EpochEnds();
    double[] steps = {10, 20, 30, 45, 60, 61};
    for (int i = 0; i < steps.length; i++) {
      ends.add(steps[i], i + 1);
    }
    assertThat(of(ends)).hasToString("{\"x\":[10,30,60,61],\"y\":[1.0,3.0,5.0,6.0],\"of\":4}");
  }

  @Test
  void noneAndOneStayAsTheyAre() {
    assertThat(of(new EpochEnds()).path("x")).isEmpty();
    EpochEnds one = new EpochEnds();
    one.add(5, 1);
    assertThat(of(one)).hasToString("{\"x\":[5],\"y\":[1.0],\"of\":1}");
  }
}
