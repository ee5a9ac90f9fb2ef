package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.Choose;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    List<TrialState> trials = List.of(trial(0, 0.5), trial(1, 0.5));
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

  private static TrialState trial(int number, double score) {
    Trial trial = new Trial(number, 0, 0, false, new Configuration(Map.of("a", number)));
    List<FoldReport> folds = List.of(new FoldReport(1, score, score, 1));
    TrialReport report = new TrialReport(number, Status.FINISHED, Optional.empty(), folds, 1);
    return new TrialState(trial, report, List.of());
  }

  @ParameterizedTest
  @CsvSource({"BEST,1,1", "BEST,2,0", "BEST,7,0", "ONE_STANDARD_ERROR,1,0"})
  void aTrainingThatAnEarlierReleaseBeganOfAnEqualTrialGoesOn(
      Choose choose, int begun, int chosen, @TempDir Path folder) {
    List<TrialState> trials = List.of(trial(0, 0.5), trial(1, 0.5), trial(2, 0.6));
    StudyOutcome found =
        new StudyOutcome(
            new History(trials, false), Optional.of(trials.get(0)), Ending.COMPLETE, 60.1);
    RunDirectory directory =
        RunDirectory.at(folder.toString(), new org.apache.hadoop.conf.Configuration());
    assertThat(StudyResults.goingOn(found, choose, directory)).isEqualTo(found);
    try (OwnedRun owned = directory.claim()) {
      owned.begin(RunDescription.of(Map.of(), 4, Map.of(), List.of()), 1);
      owned.beginPart("study/refit.json", Results.object().put("trial", begun));
      StudyOutcome goesOn = StudyResults.goingOn(found, choose, directory);
      assertThat(goesOn.chosen()).hasValue(trials.get(chosen));
      owned.finish(Results.object().put("status", Results.FINISHED));
      assertThat(StudyResults.goingOn(found, choose, directory)).isEqualTo(found);
    }
  }
}
