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

  private static List<String> problems(String text) {
    try {
      StudyFile.read(text(text));
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Test
  void everyProblemOfAStudyIsFoundAtOnce() {
    String text =
        """
        data { source { format = synthetic } }
        model { kind = logistic, interceptt = false }
        optimizer { kind = adam }
        train { epochs = 0 }
        tune {
          strategy { kind = grid }
          space {
            "optimizer.learning_rate" = [-1, 0.1]
            "train.batch_size" = [10, ten]
            model = [{ kind = logistic }, { kind = logistc }]
          }
          metric = auc, parallel = 2
        }
        engine.kind = gang
        """;
    List<String> found = problems(text);
    assertThat(found).hasSize(5);
    assertThat(String.join("\n", found))
        .containsSubsequence(
            "study.conf:2: model.interceptt is unknown",
            "study.conf:4: train.epochs must be at least 1",
            "study.conf:8: tune.space.\"optimizer.learning_rate\"[0] is refused: optimizer",
            "study.conf:9: tune.space.\"train.batch_size\"[1] is refused: train.batch_size",
            "study.conf:10: tune.space.model[1] is refused: model.kind is logistc");
    String mended = text.replace("interceptt", "intercept").replace("epochs = 0", "epochs = 1");
    assertThat(String.join("\n", problems(mended.replace("metric = auc", "metric = rmse"))))
        .contains("tune.metric is rmse", "tune.parallel needs slots", "learning_rate", "logistc")
        .doesNotContain("without the metric");
  }

  @Test
  void whatEveryTrialReplacesNeedNotSuitTheRest() {
    String text =
        """
        data { source { format = synthetic } }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        train { batch_size = 64 }
        tune {
          strategy { kind = random }
          space { optimizer = [{ kind = adam }, { kind = sgd, momentum = { uniform = [0, 0.9] } }] }
        }
        """;
    assertThat(problems(text)).isEmpty();
    String one = text.replace("space", "enqueue = [{ train.epochs = 3 }], space");
    assertThat(String.join("\n", problems(one))).contains("needs all rows in every step");
    assertThat(String.join("\n", problems(text.replace("= 64", "= ten")))).contains("ten");
  }

  @Test
  void aPlanThatIsRefusedHidesNothingOfTheRestOfTheFile() {
    String text =
        """
        data { source { format = synthetic } }
        model { kind = logistic }
        optimizer { kind = adm }
        tune {
          strategy { kind = grid }
          space { "train.batch_size" = { int = [1, 50] }, "optimizer.beta1" = { int = [1, 9] } }
          max_trials = 100, folds = 0
        }
        """;
    assertThat(String.join("\n", problems(text)))
        .contains("tune.folds must be from 1", "did you mean adam");
    String values =
        text.replace("adm", "adam")
            .replace("{ int = [1, 50] }", "[10, ten]")
            .replace("\"optimizer.beta1\" = { int = [1, 9] }", "\"optimizer.beta3\" = [0.5]")
            .replace("strategy", "fold = 3, strategy");
    assertThat(String.join("\n", problems(values)))
        .contains("tune.fold is unknown", "tune.folds must be from 1")
        .contains("study.conf:6: tune.space.\"train.batch_size\"[1] is refused", "optimizer.beta3");
    assertThat(String.join("\n", problems(text.replace(", folds = 0", ""))))
        .contains("has 450 configurations, more than tune.max_trials = 100", "did you mean adam");
    String open =
        text.replace("model { kind = logistic }", "")
            .replace("adm", "adam")
            .replace(", folds = 0", "");
    assertThat(problems(open)).singleElement().asString().contains("450 configurations");
  }

  @Test
  void choicesOfASettingThatIsAListAreListsThemselves() {
    String text =
        """
        data { source { format = synthetic, task = binary } }
        model { kind = mlp, loss = binary_cross_entropy, hidden = [8] }
        optimizer { kind = adam }
        tune {
          strategy { kind = random }, trials = 4, metric = auc
          space {
            model = [
              { kind = mlp, loss = binary_cross_entropy, hidden = [16] }
              { kind = mlp, loss = binary_cross_entropy, hidden = [32, 16] }
            ]
          }
        }
        """;
    assertThat(String.join("\n", problems(text)))
        .contains("tune.space.model[1].hidden", "write each choice as a list")
        .doesNotContain("model[0].hidden");
    assertThat(problems(text.replace("[32, 16]", "[[32, 16], [64]]"))).isEmpty();
    assertThat(problems(text.replace("[32, 16]", "{ int = [16, 32] }"))).isEmpty();
  }

  private static String series(String data, String tune) {
    return """
        data {
          source { format = csv, path = "towns.csv" }, label = y, %s
          series { time = hour, key = town, window = 4 }
        }
        model { kind = linear }
        optimizer { kind = adam }
        tune { strategy { kind = grid }, metric = rmse, %s }
        """
        .formatted(data, tune);
  }

  private static Optional<String> foldBy(String text) {
    return StudyFile.read(text(text)).plan().settings().foldBy();
  }

  @Test
  void foldsOfASeriesFollowEachOtherInTime() {
    String rates = "space { \"optimizer.learning_rate\" = [0.1, 0.2] }";
    assertThat(foldBy(series("", rates))).contains("hour");
    assertThat(foldBy(series("", rates + ", gap = 3, fold_by = hour"))).contains("hour");
    StudyFile spaced = StudyFile.read(text(series("", rates + ", gap = 3")));
    assertThat(spaced.plan().settings().foldPlan().gap()).isEqualTo(3);
    assertThat(foldBy(series("group = town", rates))).as("whole series are held out").isEmpty();
    assertThat(foldBy(series("", rates + ", folds = 1"))).isEmpty();
    assertThat(foldBy(NO_VALIDATION + "tune { " + RATES + " }")).isEmpty();
  }

  @Test
  void foldsWhoseLabelsWouldLieInWindowsOfOthersAreRefused() {
    String rates = "space { \"optimizer.learning_rate\" = [0.1, 0.2] }";
    assertThat(problems(series("", rates + ", fold_by = day")))
        .singleElement()
        .asString()
        .contains("study.conf:7: tune.fold_by is day, must be data.series.time, hour, or windows");
    assertThat(problems(series("group = town", rates + ", fold_by = hour")))
        .singleElement()
        .asString()
        .contains("tune.fold_by divides the rows of series by their time alone", "data.series.key");
    assertThat(String.join("\n", problems(series("id = town", rates + ", repeats = 2"))))
        .contains("tune.fold_by divides the rows of series by their time alone")
        .contains("tune.repeats has no effect on folds in the order of fold_by")
        .contains("it is data.series.time, hour, where it is left out");
    assertThat(String.join("\n", problems(series("", rates + ", folds = 127"))))
        .contains("tune.folds must be at most 126 with fold_by");
    String times = "space { \"data.series.time\" = [hour, day] }";
    assertThat(problems(series("", times)))
        .singleElement()
        .asString()
        .contains(
            "tune.space.\"data.series.time\"[1] has data.series.time = day",
            "must be tune.fold_by");
    assertThat(problems(NO_VALIDATION + "tune { " + RATES + ", gap = 3 }"))
        .singleElement()
        .asString()
        .contains("tune.gap has no effect without fold_by: leave it out");
  }

  @Test
  void earlyStoppingIsRefusedWhereTheStrategyStopsTrials() {
    String halving = "tune { strategy { kind = halving, max_epochs = 9 }, %s, space { %s } }";
    String rate = "\"optimizer.learning_rate\" = { uniform = [0.1, 0.2] }";
    String own = NO_VALIDATION + EARLY + halving.formatted("trials = 9", rate);
    assertThat(problems(own))
        .singleElement()
        .asString()
        .contains("study.conf:4: train.early_stopping has no effect with tune.strategy.kind =")
        .endsWith("leave it out, and set tune.metric");
    assertThat(problems(own.replace(", early_stopping { patience = 2 }", ""))).isEmpty();
    String space = "\"train.early_stopping.patience\" = [2, 3]";
    assertThat(problems(NO_VALIDATION + halving.formatted("trials = 2", space)))
        .hasSize(2)
        .allMatch(problem -> problem.contains("has train.early_stopping, which has no effect"));
  }

  @Test
  void aMetricThatIsNoneIsOneProblemAmongOthers() {
    assertThat(problems(NO_VALIDATION + "tune { " + RATES + ", metric = aucc }"))
        .singleElement()
        .asString()
        .contains("tune.metric is aucc, which this model does not have: use one of loss");
  }

  @Test
  void trialsWithDifferentLossesNeedAnotherMetricThanTheLoss() {
    String text =
        """
        data { source { format = synthetic } }
        model { kind = huber }
        optimizer { kind = adam }
        tune {
          strategy { kind = random }, trials = 4
          space { "model.delta" = { uniform = [0.5, 2] } }
        }
        """;
    String sentence =
        "makes trials with another loss, whose values do not compare: set tune.metric to one of";
    assertThat(problems(text))
        .singleElement()
        .asString()
        .contains("study.conf:6: tune.space.\"model.delta\" " + sentence + " rmse, mae, r2");
    assertThat(problems(text.replace("trials", "metric = rmse, trials"))).isEmpty();
    String own = "model = [{ kind = linear }, { kind = linear, intercept = false }]";
    String range = "\"model.delta\" = { uniform = [0.5, 2] }";
    String other = text.replace(range, own);
    String network = "model = [{ kind = huber }, { kind = mlp, loss { kind = huber, delta = 1 } }]";
    assertThat(problems(text.replace(range, network))).as("of one output").isEmpty();
    assertThat(problems(other)).as("of which the run file's is none").isEmpty();
    assertThat(problems(other.replace("trials", "enqueue = [{ model { kind = huber } }], trials")))
        .singleElement()
        .asString()
        .contains("tune.enqueue[0] " + sentence);
  }
}
