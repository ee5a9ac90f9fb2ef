package dev.lockstep.loss;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SoftmaxLossTest {
  @Test
  void aClassBeyondTheScoresIsRefusedRatherThanReadFromTheNextRow() {
    float[] labels = {2, 0};
    assertThatThrownBy(
            () -> new SoftmaxLoss().slopes(new float[4], 0, 2, labels, 0, new float[] {1, 1}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 2.0 for 2 classes");
  }

  @Test
  void labelsAreSmoothedByAShareBelowOne() {
    for (double share : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new SoftmaxLoss(share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("label_smoothing must be from 0 to below 1, is " + share);
    }
  }
}
