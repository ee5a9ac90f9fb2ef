package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.StudyOutcome.Ending;
import dev.lockstep.tune.strategy.History;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
}
