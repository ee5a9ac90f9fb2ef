package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Histories;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.RandomSearch;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.TrialReport;
import dev.lockstep.tune.strategy.TrialState;
import dev.lockstep.tune.strategy.TrialState.MarkReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportanceTest {
  private static final Space SPACE =
      StudyTest.plan(
              """
              space {
                a { uniform = [0, 1] }
                b { uniform = [0, 1] }
                c { uniform = [0, 1] }
                d = [x, y]
              }
              strategy.kind = random
              """)
          .space();

  private static double number(Configuration configuration, String path) {
    return ((Number) configuration.values().get(path)).doubleValue();
  }

  private static History history(ToDoubleFunction<Configuration> function) {
    List<Configuration> drawn =
        RandomSearch.DEFAULTS.next(SPACE, Histories.empty(), 60, RandomKey.of(1));
    return Histories.finished(Histories.started(Histories.empty(), drawn), function);
  }

  @Test
  void partsAreThoseOfALinearFunction() {
    // variances 16/12, 4/12, 0 and 1/4 (a category of two values 1 apart), of 23/12 in all
    History history =
        history(
            one ->
                4 * number(one, "a")
                    + 2 * number(one, "b")
                    + (one.values().get("d").equals("x") ? 1 : 0));
    List<Importance> parts = Importance.of(SPACE, history, 1);
    assertThat(parts).extracting(Importance::name).containsExactly("a", "b", "c", "d");
    double[] expected = {16.0 / 23, 4.0 / 23, 0, 3.0 / 23};
    for (int i = 0; i < expected.length; i++) {
      // two thousand draws: a few hundredths
      assertThat(parts.get(i).alone()).isCloseTo(expected[i], within(0.08));
      assertThat(parts.get(i).total()).isCloseTo(expected[i], within(0.08));
    }
    assertThat(Importance.of(SPACE, history, 1)).isEqualTo(parts);
  }

  @Test
  void anInteractionIsInTheTotalAlone() {
    History history = history(one -> (number(one, "a") - 0.5) * (number(one, "b") - 0.5));
    List<Importance> parts = Importance.of(SPACE, history, 1);
    for (int i = 0; i < 2; i++) {
      assertThat(parts.get(i).alone()).isLessThan(0.2);
      assertThat(parts.get(i).total()).isGreaterThan(0.8);
    }
    assertThat(parts.get(2).total()).isLessThan(0.1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40})
  void onlyEquallyLongTrainingsAreCompared(int finished) {
    // What was stopped has no score of an end: c decides who was, b what the marks say.
    History whole = history(one -> number(one, "b"));
    List<TrialState> trials = new ArrayList<>();
    for (TrialState one : whole.trials()) {
      double b = one.report().score().mean();
      double longer = number(one.trial().configuration(), "c");
      boolean ended = one.number() < finished;
      TrialReport mark = report(one, Status.RUNNING, b);
      trials.add(
          new TrialState(
              one.trial(),
              ended ? report(one, Status.FINISHED, b) : report(one, Status.PRUNED, b + 9 * longer),
              List.of(new MarkReport(1, mark))));
    }
    List<Importance> parts = Importance.of(SPACE, new History(trials, false), 1);
    assertThat(parts.get(1).total()).isGreaterThan(0.8);
    assertThat(parts.get(2).total()).isLessThan(0.1);
  }

  @Test
  void trialsWithoutTheCommonestMarkAreLeftOut() {
    // As in brackets: every third trial has its first mark later, or none.
    List<TrialState> trials = new ArrayList<>();
    for (TrialState one : history(each -> number(each, "b")).trials()) {
      double b = one.report().score().mean();
      double other = 9 * number(one.trial().configuration(), "c");
      int kind = one.number() % 3;
      TrialReport mark = report(one, Status.RUNNING, kind == 1 ? other : b);
      List<MarkReport> marks = kind == 2 ? List.of() : List.of(new MarkReport(1 + kind, mark));
      trials.add(new TrialState(one.trial(), report(one, Status.PRUNED, other), marks));
    }
    List<TrialState> most = trials.stream().filter(one -> one.number() % 6 != 1).toList();
    List<Importance> parts = Importance.of(SPACE, new History(most, false), 1);
    assertThat(parts.get(1).total()).isGreaterThan(0.8);
    List<TrialState> none = trials.stream().filter(one -> one.number() % 3 == 2).toList();
    assertThat(Importance.of(SPACE, new History(none, false), 1)).isEmpty();
  }

  private static TrialReport report(TrialState of, Status status, double value) {
    List<FoldReport> folds = List.of(new FoldReport(1, value, value, 1));
    return new TrialReport(of.number(), status, Optional.empty(), folds, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 5})
  void failuresDoNotMakeUpForTooFewValues(int valued) {
    List<TrialState> trials = new ArrayList<>();
    for (TrialState one : history(each -> number(each, "b")).trials()) {
      TrialReport failed = one.report().as(Status.FAILED, "there is no such rate");
      trials.add(one.number() < valued ? one : new TrialState(one.trial(), failed, List.of()));
    }
    assertThat(Importance.of(SPACE, new History(trials, false), 1)).hasSize(valued < 5 ? 0 : 4);
  }

  @Test
  void tooFewOrEqualTrialsExplainNothing() {
    assertThat(Importance.of(SPACE, Histories.empty(), 1)).isEmpty();
    assertThat(Importance.of(SPACE, history(one -> 3), 1))
        .allSatisfy(one -> assertThat(one.total()).isZero());
  }
}
