package dev.lockstep.train.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.loss.SoftmaxLoss;
import org.junit.jupiter.api.Test;

final class MulticlassEvaluationTest {
  @Test
  void aRowWithoutAScoreForItsClassIsNoHit() {
    SoftmaxLoss loss = new SoftmaxLoss();
    MetricSettings settings = new MetricSettings(Threshold.AUTO, 2);
    Evaluation evaluation = Evaluations.empty(loss, 3, settings, Precision.EXACT);
    float[] scores = {Float.NaN, .2f, .1f, .1f, .7f, .2f};
    evaluation.add(loss, scores, 3, new float[] {0, 1}, 0, new float[] {1, 1}, 2);
    assertThat(evaluation.metrics()).containsEntry("top_k_accuracy", 0.5);
  }
}
