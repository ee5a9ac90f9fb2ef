package dev.lockstep.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.loss.Loss;
import dev.lockstep.loss.PoissonLoss;
import org.junit.jupiter.api.Test;

class PoissonDevianceTest {
  private static double deviance(float score, float label) {
    Loss loss = new PoissonLoss();
    Evaluation one = Evaluations.empty(loss, 1, MetricSettings.DEFAULTS, Precision.BINNED);
    one.add(loss, new float[] {score}, 1, new float[] {label}, 0, new float[] {1}, 1);
    one.finish();
    return one.metrics().get("poisson_deviance");
  }

  /** From about -87.3 on a prediction is no normal float32 number, from -104 on it is 0. */
  @Test
  void itFollowsTheScoreWhereFloat32CannotHoldThePrediction() {
    for (float score : new float[] {-3, -60, -87, -88, -95, -103, -104, -200, -700}) {
      double expected = 2 * (2 * (StrictMath.log(2) - score) - 2 + StrictMath.exp(score));
      // The prediction is rounded to float32, which moves its logarithm by 2^-24 at most.
      assertThat(deviance(score, 2))
          .as("score %s", score)
          .isCloseTo(expected, within(4 * 0x1p-23 + 1e-13 * expected));
      assertThat(deviance(score, 0)).isCloseTo(2 * StrictMath.exp(score), within(1e-6));
    }
  }
}
