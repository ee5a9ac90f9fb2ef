package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.StudyOutcome.Ending;
import dev.lockstep.tune.StudyState;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import dev.lockstep.tune.strategy.TrialState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StudyResultsTest {
  @ParameterizedTest
  @EnumSource
  void moreTimeThatWasOverAgainIsAnotherResult(Ending ending) {
    StudyOutcome found =
        new StudyOutcome(new History(List.of(), false), Optional.empty(), ending, 60.1);
    ObjectNode result = Results.object().put("status", Results.FINISHED);
    ObjectNode study = result.putObject("study").put("trials", 0).put("refit", true);
    study.put("ending", ending.name().toLowerCase(Locale.ROOT)).put("seconds", 60.1);
    result.putObject("best").put("trial", -1);
    assertThat(StudyResults.isOf(result, found, true)).isTrue();
    study.put("seconds", 30.2);
    assertThat(StudyResults.isOf(result, found, true)).isEqualTo(ending != Ending.TIME_UP);
  }

  @Test
  void theBestOfEqualTrialsIsTheOneThatTheResultHas() {
    List<FoldReport> folds = List.of(new FoldReport(1, 0.5, 0.5, 1));
    List<TrialState> trials = new ArrayList<>();
    for (int number = 0; number < 2; number++) {
      Trial trial = new Trial(number, 0, 0, false, new Configuration(Map.of("a", number)));
      TrialReport report = new TrialReport(number, Status.FINISHED, Optional.empty(), folds, 1);
      trials.add(new TrialState(trial, report, List.of()));
    }
    History history = new History(trials, false);
    StudyState state = new StudyState(Optional.empty(), history, 0, OptionalDouble.empty(), 60.1);
    ObjectNode result = Results.object().put("status", Results.FINISHED);
    ObjectNode study = result.putObject("study").put("trials", 2).put("seconds", 60.1);
    result.putObject("best").put("trial", 1);
    assertThat(StudyResults.best(result, state)).hasValue(trials.get(1));
    study.put("seconds", 59.9);
    assertThat(StudyResults.best(result, state)).as("the journal has gone on").isEmpty();
    StudyOutcome found =
        new StudyOutcome(history, Optional.of(trials.get(0)), Ending.COMPLETE, 60.1);
    study.put("ending", "complete").put("refit", true);
    assertThat(StudyResults.isOf(result, found, true)).isTrue();
  }
}
