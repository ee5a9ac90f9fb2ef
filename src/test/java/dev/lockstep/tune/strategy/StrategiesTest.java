package dev.lockstep.tune.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of all strategies: one is tested by being listed. */
class StrategiesTest {
  private static final RandomKey KEY = RandomKey.of(7);
  private static final int TRIALS = 18;

  private static final String FINITE = "a = [1, 2, 3], b = [x, y], c { int = [0, 3] }";
  private static final String MIXED =
      """
      a { log_uniform = [0.001, 1] }
      b = [{ kind = x, c { uniform = [0, 1] } }, { kind = y }]
      d = [1, 2, 4]
      """;

  private static Space space(String text) {
    Document document = Document.read(text, "space.conf", List.of());
    Problems problems = document.problems();
    Space space = Space.read(document, "tune.space", problems).orElseThrow();
    problems.throwIfAny();
    return space;
  }

  /** What is searched: finite for a grid, mixed for the others. */
  private static Space spaceOf(Strategy strategy) {
    return space(strategy instanceof Grid ? FINITE : MIXED);
  }

  static Stream<Arguments> strategies() {
    Stream<Strategy> listed =
        Strategies.REGISTRY.kinds().keySet().stream().map(Strategies.REGISTRY::defaults);
    List<Strategy> variants =
        List.of(
            new Bayes(Bayes.Method.GP, 4),
            new Bayes(Bayes.Method.TPE, 4),
            new Halving(2, 1, 16, 4));
    return Stream.concat(listed, variants.stream())
        .map(one -> one instanceof Manual ? manual() : one)
        .map(one -> Arguments.of(String.valueOf(one).replaceAll("(?s)\\{.*", "{..}"), one));
  }

  private static Manual manual() {
    List<Document> listed = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      listed.add(Document.of(Map.of("a", i)));
    }
    return new Manual(listed);
  }

  /** A smooth cost of a configuration of either space. */
  private static double cost(Configuration configuration) {
    double a = ((Number) configuration.values().get("a")).doubleValue();
    Object c = configuration.find("b.c").orElse(configuration.values().getOrDefault("c", 0.7));
    return (a - 0.3) * (a - 0.3) + ((Number) c).doubleValue();
  }

  private static List<Configuration> study(Strategy strategy, int together, int trials) {
    Space space = spaceOf(strategy);
    History history = Histories.empty();
    while (history.size() < trials) {
      List<Configuration> next =
          strategy.next(space, history, Math.min(together, trials - history.size()), KEY);
      if (next.isEmpty()) {
        break;
      }
      history = Histories.finished(Histories.started(history, next), StrategiesTest::cost);
    }
    return history.trials().stream().map(one -> one.trial().configuration()).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void theSameHistoryAndSeedGiveTheSameTrials(String name, Strategy strategy) {
    List<Configuration> first = study(strategy, 3, TRIALS);
    assertThat(first).hasSize(TRIALS);
    assertThat(study(strategy, 3, TRIALS)).isEqualTo(first);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void noConfigurationIsTriedTwice(String name, Strategy strategy) {
    List<Configuration> tried = study(strategy, 4, TRIALS);
    assertThat(new HashSet<>(tried)).hasSameSizeAs(tried);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void askingForSeveralIsAskingForEachWhileTheOthersRun(String name, Strategy strategy) {
    Space space = spaceOf(strategy);
    History history = Histories.empty();
    for (int round = 0; round < 3; round++) {
      List<Configuration> together = strategy.next(space, history, 4, KEY);
      History each = history;
      for (int i = 0; i < 4; i++) {
        each = Histories.started(each, strategy.next(space, each, 1, KEY));
      }
      assertThat(each.trials().subList(history.size(), each.size()))
          .extracting(one -> one.trial().configuration())
          .isEqualTo(together);
      history = Histories.finished(each, StrategiesTest::cost);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void aFiniteSpaceIsGoneThroughAndThenExhausted(String name, Strategy strategy) {
    if (strategy instanceof Manual) {
      assertThat(study(strategy, 7, 100)).hasSize(30);
      return;
    }
    // The two objects have half of their configurations in common.
    Space space =
        space(
            "a = [1, 2, 3], b = [{ kind = x, c { int = [0, 2] } }, { kind = x, c { int = [1, 3] } }]");
    History history = Histories.empty();
    for (int wave = 0; wave < 20; wave++) {
      List<Configuration> next = strategy.next(space, history, 5, KEY);
      history = Histories.finished(Histories.started(history, next), StrategiesTest::cost);
    }
    assertThat(history.tried()).hasSize(12);
    assertThat(history.size()).isEqualTo(12);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void brokenTrialsAndStrangersAreNoTrouble(String name, Strategy strategy) {
    Space space = spaceOf(strategy);
    List<TrialState> trials = new ArrayList<>();
    Configuration stranger = new Configuration(Map.of("a", 7, "elsewhere", true));
    trials.add(Histories.state(0, 0, Status.FINISHED, stranger, 0.5));
    for (int i = 1; i < 14; i++) {
      Status status = i % 3 == 0 ? Status.FAILED : Status.DIVERGED;
      Configuration drawn = space.configuration(space.random(RandomKey.of(3).child(i)));
      trials.add(
          i % 3 == 0
              ? Histories.state(i, i, status, drawn)
              : Histories.state(i, i, status, drawn, Double.NaN));
    }
    assertThat(strategy.next(space, new History(trials, true), 3, KEY)).isNotEmpty();
  }

  @Test
  void anotherSeedDrawsOtherTrials() {
    for (Strategy strategy : List.of(RandomSearch.DEFAULTS, Bayes.DEFAULTS, Halving.DEFAULTS)) {
      assertThat(strategy.next(space(MIXED), Histories.empty(), 5, RandomKey.of(1)))
          .isNotEqualTo(strategy.next(space(MIXED), Histories.empty(), 5, RandomKey.of(2)));
    }
  }

  @Test
  void moreTrialsThanAFiniteSpaceHasAreToldOf() {
    assertThat(RandomSearch.DEFAULTS.warnings(space(FINITE), 25))
        .singleElement()
        .asString()
        .contains("tune.trials is 25", "only 24 different");
    assertThat(RandomSearch.DEFAULTS.warnings(space(FINITE), 24)).isEmpty();
    assertThat(RandomSearch.DEFAULTS.warnings(space(MIXED), 1000)).isEmpty();
  }

  @Test
  void initialPointsFillEachDimension() {
    Space space = space("a { uniform = [0, 1] }, b { uniform = [0, 1] }");
    List<Configuration> first = Bayes.DEFAULTS.next(space, Histories.empty(), 10, KEY);
    for (String path : List.of("a", "b")) {
      assertThat(
              first.stream()
                  .map(one -> (int) (10 * ((Number) one.values().get(path)).doubleValue()))
                  .distinct())
          .hasSize(10);
    }
  }

  @Test
  void hyperbandsBracketsHaveThePapersSizes() {
    // Li et al. 2018, table 1: R = 81, eta = 3.
    Halving hyperband = new Halving(3, 1, 81, 5);
    int[] sizes = {81, 34, 15, 8, 5};
    History history = Histories.empty();
    Space space = space("a { uniform = [0, 1] }");
    for (int bracket = 0; bracket < 5; bracket++) {
      assertThat(hyperband.bracket(history)).isEqualTo(bracket);
      assertThat(hyperband.together(history, 1000)).isEqualTo(sizes[bracket]);
      List<TrialState> trials = new ArrayList<>(history.trials());
      for (Configuration one : hyperband.next(space, history, sizes[bracket], KEY)) {
        trials.add(Histories.state(trials.size(), bracket, Status.FINISHED, one, 1));
      }
      history = new History(trials, false);
    }
    assertThat(hyperband.bracket(history)).isZero();
  }

  @Test
  void bracketsThatTheTrialsDoNotReachAreWarnedOf() {
    Halving five = new Halving(3, 1, 81, 5);
    int round = 81 + 34 + 15 + 8 + 5;
    assertThat(five.unreached(round - 5 + 1, 1000)).isEmpty();
    assertThat(five.unreached(round - 5, 1000)).isPresent();
    assertThat(five.unreached(81 + 1, 1000))
        .hasValue(
            "82 trials start only the first 2 of tune.strategy.brackets = 5: a round of all has tune.trials = "
                + round);
    assertThat(five.unreached(81 + 1, round - 1).orElseThrow())
        .endsWith(", for which tune.max_trials must be as many");
    assertThat(new Halving(3, 1, 81, 1).unreached(20, 1000)).isEmpty();
  }

  @Test
  void theLastBracketIsNeverHalved() {
    Halving uneven = new Halving(3, 1, 100, 5);
    assertThat(uneven.pruner(4).orElseThrow().markAfter(0)).isEmpty();
    assertThat(uneven.pruner(3).orElseThrow().markAfter(0)).hasValue(27);
    assertThat(uneven.pruner(0).orElseThrow().markAfter(27)).isEmpty();
    assertThat(new Halving(3, 1, 100, 1).pruner(0).orElseThrow().markAfter(27)).hasValue(81);
  }

  @Test
  void aModelIsNotReplacedByADrawWhereTheObjectThatWinsHasNoneLeft() {
    Space space = space("b = [{ kind = x }, { kind = y, c { uniform = [0, 1] } }]");
    for (Bayes.Method method : Bayes.Method.values()) {
      for (int seed = 0; seed < 20; seed++) {
        RandomKey key = RandomKey.of(seed);
        List<Configuration> first = new Bayes(method, 12).next(space, Histories.empty(), 12, key);
        History history =
            Histories.finished(
                Histories.started(Histories.empty(), first),
                one -> one.find("b.c").map(c -> 1 + ((Number) c).doubleValue()).orElse(0.0));
        assertThat(new Bayes(method, 12).next(space, history, 1, key))
            .as("%s, seed %d", method, seed)
            .isNotEqualTo(
                List.of(
                    Draws.fresh(space, history.tried(), key.child("draw").child(12))
                        .orElseThrow()));
      }
    }
  }

  @Test
  void aGridTellsHowManyTrialsItHasThoughObjectsOverlap() {
    Space space = space("a = [{ kind = x, c = [1, 2] }, { kind = x, c = [2, 3] }], b = [1, 2]");
    Grid grid = Grid.DEFAULTS;
    List<Configuration> all = grid.next(space, Histories.empty(), 100, KEY);
    assertThat(all).hasSize(6);
    assertThat(grid.trials(space, List.of())).isEqualTo(6);
    assertThat(grid.mostTrials(space)).isEqualTo(8);
    Configuration other = new Configuration(Map.of("b", 9));
    History enqueued = Histories.started(Histories.empty(), List.of(all.get(4), other));
    assertThat(grid.next(space, enqueued, 100, KEY)).hasSize(5);
    assertThat(grid.trials(space, List.of(all.get(4), other))).isEqualTo(5);
  }
}
