package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.Histories;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.TrialState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChooseTest {
  private static TrialState trial(int number, String path, Object value, double... values) {
    return Histories.state(
        number, 0, Status.FINISHED, new Configuration(Map.of(path, value)), values);
  }

  private static int chosen(Choose choose, boolean higherIsBetter, TrialState... trials) {
    return choose.of(new History(List.of(trials), higherIsBetter)).orElseThrow().number();
  }

  @Test
  void theBestIsTheLowestOrHighestMeanAndTheFirstOfEquals() {
    TrialState[] trials = {
      trial(0, "a", 1, 2, 4), trial(1, "a", 2, 1, 3), trial(2, "a", 3, 3, 1), trial(3, "a", 4, 9, 9)
    };
    assertThat(chosen(Choose.BEST, false, trials)).isEqualTo(1);
    assertThat(chosen(Choose.BEST, true, trials)).isEqualTo(3);
  }

  @Test
  void onlyFinishedTrialsWithANumberCount() {
    List<TrialState> trials = new ArrayList<>();
    Configuration any = new Configuration(Map.of("a", 1));
    for (Status status : Status.values()) {
      trials.add(Histories.state(trials.size(), 0, status, any, 0));
    }
    trials.add(Histories.state(trials.size(), 0, Status.FINISHED, any, Double.NaN));
    History history = new History(trials, false);
    for (Choose choose : Choose.values()) {
      assertThat(choose.of(history).orElseThrow().number()).isEqualTo(1);
      assertThat(choose.of(Histories.empty())).isEmpty();
    }
  }

  @Test
  void oneStandardErrorTakesTheStrongestPenaltyNearTheBestAndTheBestOfEquals() {
    // the best: mean 1, deviation sqrt(2), standard error 1
    TrialState[] trials = {
      trial(0, "regularization.l2", 0.1, 0, 2),
      trial(1, "regularization.l2", 0.3, 1, 3),
      trial(2, "regularization.l2", 1.0, 1.02, 3),
      trial(3, "regularization.l2", 0.2, 1, 2),
      trial(4, "regularization.l2", 0.3, 1, 1.5)
    };
    assertThat(chosen(Choose.ONE_STANDARD_ERROR, false, trials)).isEqualTo(4);
  }

  @Test
  void oneStandardErrorWithoutAPenaltyTakesTheBest() {
    TrialState[] trials = {
      trial(0, "a", 1, 5, 5), trial(1, "a", 2, 1, 2.5), trial(2, "a", 3, 0, 2)
    };
    assertThat(chosen(Choose.ONE_STANDARD_ERROR, false, trials)).isEqualTo(2);
    assertThat(chosen(Choose.ONE_STANDARD_ERROR, true, trials)).isEqualTo(0);
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer.learning_rate, one_standard_error, true",
    "optimizer.learning_rate, best, false",
    "regularization.l2, one_standard_error, false"
  })
  void aStandardErrorThatDecidesNothingIsToldOf(String path, String choose, boolean told) {
    StudyPlan plan =
        StudyTest.plan(
            "space { \"%s\" = [0.1, 0.2] }, strategy.kind = grid, choose = %s"
                .formatted(path, choose));
    assertThat(
            plan.warnings().toString().contains("tune.choose = one_standard_error has no effect"))
        .isEqualTo(told);
  }
}
