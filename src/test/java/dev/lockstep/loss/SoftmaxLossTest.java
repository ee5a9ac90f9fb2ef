package dev.lockstep.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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

  /** CrossEntropyLoss(weight, label_smoothing) by its formula, the mean over what rows weigh. */
  @Test
  void smoothedLabelsOfClassesThatWeighDifferentlyAreThoseOfPyTorch() {
    double[][] scores = {{2, -1, 0.5}, {0, 1, 3}, {-2, 0.25, 1}};
    int[] labels = {0, 1, 1};
    double[] weights = {0.5, 3, 2};
    double smoothing = 0.2;
    double hard = 0;
    double spread = 0;
    double weightSum = 0;
    for (int i = 0; i < 3; i++) {
      double[] s = scores[i];
      double total = Math.log(Math.exp(s[0]) + Math.exp(s[1]) + Math.exp(s[2]));
      hard += weights[labels[i]] * (total - s[labels[i]]);
      weightSum += weights[labels[i]];
      for (int c = 0; c < 3; c++) {
        spread += weights[c] * (total - s[c]);
      }
    }
    double expected = ((1 - smoothing) * hard + smoothing / 3 * spread) / weightSum;
    float[] flat = {2, -1, 0.5f, 0, 1, 3, -2, 0.25f, 1};
    double lossSum =
        new SoftmaxLoss(smoothing)
            .byClass(List.of(0.5, 3.0, 2.0))
            .slopes(flat, 0, 3, new float[] {0, 1, 1}, 0, new float[] {0.5f, 3, 3}, 3);
    assertThat(lossSum / weightSum).isCloseTo(expected, within(1e-14));
  }

  @Test
  void classesThatAllWeighTheSameChangeNoBitsNorDoAnyWithoutSmoothing() {
    Loss smoothed = new SoftmaxLoss(0.3);
    float[] plain = {2, -1, 0.5f, 0, 1, 3};
    float[] weighed = plain.clone();
    float[] labels = {0, 1};
    float[] weights = {3, 0.7f};
    double lossSum = smoothed.slopes(plain, 0, 3, labels, 0, weights, 2);
    assertThat(
            smoothed.byClass(List.of(3.0, 3.0, 3.0)).slopes(weighed, 0, 3, labels, 0, weights, 2))
        .isEqualTo(lossSum);
    assertThat(weighed).isEqualTo(plain);
    Loss sharp = new SoftmaxLoss();
    assertThat(sharp.byClass(List.of(1.0, 2.0, 3.0))).isSameAs(sharp);
    assertThat(smoothed.byClass(List.of())).isSameAs(smoothed);
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
