package dev.lockstep.tune.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreTest {
  @Test
  void aScoreIsMeanAndDeviationOverFolds() {
    Score score = Score.of(1, 2, 3, 4);
    assertThat(score.mean()).isEqualTo(2.5);
    assertThat(score.deviation()).isCloseTo(Math.sqrt(5.0 / 3), within(1e-15));
    assertThat(score.standardError()).isCloseTo(Math.sqrt(5.0 / 12), within(1e-15));
    assertThat(Score.of(7).deviation()).isZero();
    assertThat(Score.of().mean()).isNaN();
  }

  @Test
  void aRefitTakesTheMedianBestEpochRoundedUp() {
    assertThat(refit()).isZero();
    assertThat(refit(4)).isEqualTo(4);
    assertThat(refit(9, 1, 4)).isEqualTo(4);
    assertThat(refit(9, 1, 4, 5)).isEqualTo(5);
    assertThat(refit(6, 4)).isEqualTo(5);
  }

  private static int refit(int... bestEpochs) {
    List<FoldReport> folds = new ArrayList<>();
    for (int epoch : bestEpochs) {
      folds.add(new FoldReport(10, 1, 0.5, epoch));
    }
    return new TrialReport(0, Status.FINISHED, Optional.empty(), folds, 0).refitEpochs();
  }
}
