package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StudyPlanTest {
  private static final String RANGE = "space.a { uniform = [0, 1] }\n";
  private static final String LIST = "space.a = [1, 2, 3]\n";

  private static List<String> problems(String tune) {
    Document document = Document.read("seed = 1\ntune {\n" + tune + "\n}", "run.conf", List.of());
    Problems problems = document.problems();
    var plan = StudyPlan.read(document, problems);
    assertThat(plan.isEmpty()).isEqualTo(!problems.isEmpty());
    return problems.sentences();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(RANGE + "strategy.kind = grid", "run.conf:3: tune.space.a is continuous"),
        Arguments.of(
            "space.a { int = [1, 2000] }\nstrategy.kind = grid",
            "tune.space has 2000 configurations, more than tune.max_trials = 1000"),
        Arguments.of(LIST, "run.conf:2: tune.strategy is missing"),
        Arguments.of(LIST + "strategy.kind = gird", "did you mean grid?"),
        Arguments.of(LIST + "strategy.kind = grid, foldz = 3", "run.conf:4: tune.foldz is unknown"),
        Arguments.of(LIST + "strategy.kind = grid, folds = 0", "folds must be from 1 to 127, is 0"),
        Arguments.of(
            LIST + "strategy.kind = grid, folds = 1, repeats = 2", "repeats has no effect"),
        Arguments.of(
            LIST + "strategy.kind = grid, folds = 1, choose = one_standard_error",
            "choose cannot be one_standard_error without folds"),
        Arguments.of(LIST + "strategy.kind = random, trials = 2000", "at most max_trials = 1000"),
        Arguments.of(LIST + "strategy.kind = grid, max_seconds = 0", "max_seconds must be above 0"),
        Arguments.of(LIST + "strategy.kind = halving", "max_epochs is missing"),
        Arguments.of(
            LIST + "strategy { kind = halving, max_epochs = 9, brackets = 4 }",
            "brackets must be from 1 to 3"),
        Arguments.of(
            LIST + "strategy { kind = halving, max_epochs = 9 }, together = 2",
            "tune.together has no effect"),
        Arguments.of(
            LIST + "strategy { kind = bayes, initial_points = 1 }",
            "initial_points must be at least"),
        Arguments.of(
            LIST + "strategy.kind = bayes, pruner { kind = median, warmup_epochs = -1 }",
            "warmup_epochs must be at least 0"),
        Arguments.of("strategy.kind = manual", "must list at least one configuration"),
        Arguments.of(
            LIST + "strategy { kind = manual, configurations = [{ a = 1 }] }",
            "tune.space has no effect"),
        Arguments.of(
            "strategy { kind = manual, configurations = [{ a.b = 1 }, { \"a.b\" = 1 }] }",
            "configurations[1] is there twice"),
        Arguments.of(
            LIST + "strategy.kind = grid, enqueue = [{ a = 1 }, { a = 1 }]",
            "tune.enqueue[1] is there twice"),
        Arguments.of(LIST + "strategy.kind = grid, enqueue = [{ a = null }]", "must not hold null"),
        Arguments.of("strategy.kind = grid", "tune.space varies nothing"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsNamed(String tune, String sentence) {
    assertThat(problems(tune)).anySatisfy(one -> assertThat(one).contains(sentence));
  }

  @Test
  void aRunFileWithoutASearchIsTold() {
    Document document = Document.read("name = a", "run.conf", List.of());
    Problems problems = document.problems();
    assertThat(StudyPlan.read(document, problems)).isEmpty();
    assertThat(problems.sentences())
        .singleElement()
        .asString()
        .contains("tune.strategy is missing; it must be an object with kind = one of manual, grid");
  }

  @Test
  void allFaultsAreToldAtOnce() {
    assertThat(problems("strategy.kind = gird\nspace.a { uniform = [2, 1] }\nfolds = 0\nx = 1"))
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(problems(RANGE + "space.b = [1, 1]\nenqueue = [{ a = null }]\nstrategy.kind = grid"))
        .hasSize(2);
  }

  @Test
  void whatIsLeftOutComesFromTheStrategyAndTheRun() {
    StudyPlan grid = StudyTest.plan(LIST + "strategy.kind = grid");
    assertThat(grid.trials()).isEqualTo(3);
    assertThat(grid.metric()).isEqualTo("loss");
    assertThat(grid.seed()).isEqualTo(7);
    assertThat(grid.epochs()).isEmpty();
    StudyPlan said =
        StudyTest.plan(
            RANGE + "strategy { kind = halving, max_epochs = 9 }, metric = auc, seed = 2");
    assertThat(said.trials()).isEqualTo(20);
    assertThat(said.metric()).isEqualTo("auc");
    assertThat(said.seed()).isEqualTo(2);
    assertThat(said.epochs()).hasValue(9);
    assertThat(StudyTest.plan(LIST + "strategy.kind = random, trials = 9").warnings()).hasSize(1);
  }

  @Test
  void bracketsStartWithEnqueuedTrialsAndUpToTheMostTrials() {
    String brackets = RANGE + "strategy { kind = halving, max_epochs = 9, brackets = 3 }\n";
    String enqueue = "enqueue = [{ a = 0.1 }, { a = 0.2 }, { a = 0.3 }]\n";
    // a round is 9 + 5 + 3
    assertThat(StudyTest.plan(brackets + enqueue + "trials = 15").warnings()).isEmpty();
    assertThat(StudyTest.plan(brackets + enqueue + "trials = 3").warnings())
        .singleElement()
        .asString()
        .startsWith("3 trials start only the first 1 of tune.strategy.brackets = 3");
    assertThat(StudyTest.plan(brackets).warnings()).isEmpty();
    assertThat(StudyTest.plan(brackets + "max_trials = 10").warnings())
        .containsExactly(
            "10 trials start only the first 2 of tune.strategy.brackets = 3: a round of all has tune.trials = 17, for which tune.max_trials must be as many");
  }

  @Test
  void namedConfigurationsCanBeCheckedAtTheirPlaces() {
    StudyPlan plan =
        StudyTest.plan(
            "strategy { kind = manual, configurations = [{ a.b = 1, c { kind = x, d = 2 } }] }\n"
                + "enqueue = [{ a.b = 7 }]");
    assertThat(plan.named().keySet())
        .containsExactly("tune.enqueue[0]", "tune.strategy.configurations[0]");
    assertThat(plan.named().get("tune.strategy.configurations[0]").overrides())
        .containsExactly("a.b=1", "c={\"d\":2,\"kind\":\"x\"}");
  }

  /** What releases have recorded that counted an enqueued configuration of the grid twice. */
  @Test
  void theTrialsThatAreRecordedAreNeverFewerThanBefore() {
    String tune = "tune { strategy.kind = grid, enqueue = [{ a = 2 }], " + LIST + "}";
    Document document = Document.read("seed = 1\n" + tune, "run.conf", List.of());
    StudyPlan plan = StudyPlan.read(document, document.problems()).orElseThrow();
    assertThat(plan.trials()).isEqualTo(3);
    assertThat(plan.resolved()).containsEntry("trials", 4);
  }
}
