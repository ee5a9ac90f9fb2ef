package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.tune.space.Configuration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StudyFileTest {
  private static final String NO_VALIDATION =
      """
      data { source { format = synthetic }, split { validation = 0, test = 0.2 } }
      model { kind = logistic }
      optimizer { kind = adam }
      """;
  private static final String EARLY = "train { epochs = 30, early_stopping { patience = 2 } }\n";
  private static final String RATES =
      "strategy { kind = grid }, space { \"optimizer.learning_rate\" = [0.1, 0.2] }";

  private static RunFileText text(String text) {
    return new RunFileText("study.conf", text, List.of(), Optional.empty());
  }

  @Test
  void earlyStoppingWatchesTheFoldsWhereThereAreNoValidationRows() {
    RunFileText text = text(NO_VALIDATION + EARLY + "tune { folds = 3, " + RATES + " }");
    StudyFile file = StudyFile.read(text);
    Configuration one = new Configuration(Map.of("optimizer.learning_rate", 0.2));
    assertThat(file.run(one).train().earlyStopping()).isPresent();
    StudyFile.Refit refit = file.refit(one, 7);
    assertThat(refit.run().train().earlyStopping()).isEmpty();
    assertThat(refit.run().train().epochs()).contains(30);
    assertThat(refit.cut()).hasValue(7);
    assertThatThrownBy(() -> text.bind(List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("study.conf:4: train.early_stopping needs validation rows")
        .hasMessageContaining("only lockstep tune can watch its folds instead");
  }

  @Test
  void earlyStoppingOfASpaceWatchesTheFoldsToo() {
    String space = "space { \"train.early_stopping\" = [{ patience = 2 }, { patience = 5 }] }";
    StudyFile file =
        StudyFile.read(text(NO_VALIDATION + "tune { strategy { kind = grid }, " + space + " }"));
    assertThat(file.plan().trials()).isEqualTo(2);
  }

  @Test
  void withoutFoldsAndValidationRowsNothingCanStopEarly() {
    assertThatThrownBy(
            () -> StudyFile.read(text(NO_VALIDATION + EARLY + "tune { folds = 1, " + RATES + " }")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.early_stopping needs validation rows")
        .hasMessageNotContaining("can watch its folds");
  }
}
