package dev.lockstep.tune.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.Figures;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.TrialState.MarkReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrunersTest {
  private static TrialState curve(int number, int wave, Status status, double... values) {
    List<MarkReport> marks = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    TrialReport report = new TrialReport(number, status, Optional.empty(), List.of(), 0);
    for (int i = 0; i < values.length; i++) {
      best = Math.min(best, values[i]);
      FoldReport fold = new FoldReport(i + 1, values[i], best, i + 1);
      report = new TrialReport(number, status, Optional.empty(), List.of(fold), 0);
      marks.add(new MarkReport(i + 1, report));
    }
    Configuration configuration = new Configuration(Map.of("n", number));
    return new TrialState(new Trial(number, wave, 0, false, configuration), report, marks);
  }

  /** A running trial whose score is its last value. */
  private static TrialState kept(int number, double... values) {
    TrialState best = curve(number, 0, Status.RUNNING, values);
    List<MarkReport> marks = new ArrayList<>();
    for (MarkReport mark : best.marks()) {
      FoldReport fold = mark.report().folds().get(0);
      FoldReport last = new FoldReport(mark.epochs(), fold.now(), fold.now(), mark.epochs());
      marks.add(
          new MarkReport(
              mark.epochs(),
              new TrialReport(number, Status.RUNNING, Optional.empty(), List.of(last), 0)));
    }
    return new TrialState(best.trial(), marks.get(marks.size() - 1).report(), marks);
  }

  static Stream<Pruner> pruners() {
    return Stream.concat(
        Pruners.REGISTRY.kinds().keySet().stream().map(Pruners.REGISTRY::defaults),
        Stream.of(new MedianPruner(2, 3, 2), new Rungs(1, 3, 27), new Rungs(4, 2, 17)));
  }

  @ParameterizedTest
  @MethodSource("pruners")
  void marksRiseAndAreTheSameFromWherever(Pruner pruner) {
    int at = 0;
    for (int i = 0; i < 20; i++) {
      OptionalInt next = pruner.markAfter(at);
      if (next.isEmpty()) {
        return;
      }
      assertThat(next.getAsInt()).isGreaterThan(at);
      for (int between = at; between < next.getAsInt(); between++) {
        assertThat(pruner.markAfter(between)).isEqualTo(next);
      }
      at = next.getAsInt();
    }
  }

  @ParameterizedTest
  @MethodSource("pruners")
  void theBestTrialIsNeverStoppedAndOrderDecidesNothing(Pruner pruner) {
    int mark = pruner.markAfter(0).orElseThrow();
    List<TrialState> wave = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      double[] values = new double[mark];
      Arrays.fill(values, (i * 5) % 9);
      wave.add(curve(i, 0, Status.RUNNING, values));
    }
    Set<Integer> losers = pruner.losers(mark, wave, new History(wave, false));
    assertThat(losers).isNotEmpty().doesNotContain(0);
    List<TrialState> reversed = new ArrayList<>(wave);
    Collections.reverse(reversed);
    assertThat(pruner.losers(mark, reversed, new History(wave, false))).isEqualTo(losers);
  }

  @Test
  void theMedianIsOfRunningAveragesAndTheTrialIsJudgedByItsBest() {
    List<TrialState> trials =
        List.of(
            curve(0, 0, Status.FINISHED, 8, 2, 0), // 5 on average after two marks
            curve(1, 0, Status.FINISHED, 4, 2, 0), // 3
            curve(2, 0, Status.FINISHED, 9, 9, 0), // 9
            curve(3, 0, Status.PRUNED, 0, 0), // is not counted
            curve(4, 1, Status.RUNNING, 5, 9), // at its best no worse than 5
            curve(5, 2, Status.RUNNING, 5.1, 9));
    History history = new History(trials, false);
    MedianPruner pruner = new MedianPruner(3, 1, 1);
    assertThat(pruner.losers(2, List.of(trials.get(4)), history)).isEmpty();
    assertThat(pruner.losers(2, List.of(trials.get(5)), history)).containsExactly(5);
    assertThat(new MedianPruner(4, 1, 1).losers(2, List.of(trials.get(5)), history)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 65})
  void theMedianOfTheOthersIsThatOfEachComparedWithEach(int size) {
    RandomGenerator random = RandomKey.of(size).generator();
    List<TrialState> trials = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Status status = i % 5 == 0 ? Status.FINISHED : i % 7 == 1 ? Status.PRUNED : Status.RUNNING;
      double first = i == 4 ? Double.NaN : random.nextInt(6);
      trials.add(curve(i, i % 3 == 0 ? 0 : 1, status, first, random.nextInt(6)));
    }
    List<TrialState> wave = trials.stream().filter(one -> one.trial().wave() == 1).toList();
    Set<Integer> expected = new TreeSet<>();
    for (TrialState one : wave) {
      double[] others =
          trials.stream()
              .filter(other -> other != one)
              .filter(other -> other.finished() || other.running() && wave.contains(other))
              .mapToDouble(other -> mean(other.marks()))
              .filter(Double::isFinite)
              .toArray();
      double best =
          one.marks().stream()
              .mapToDouble(mark -> mark.report().now())
              .filter(Double::isFinite)
              .min()
              .orElse(0);
      if (one.running() && others.length >= 2 && !(best <= Figures.median(others))) {
        expected.add(one.number());
      }
    }
    assertThat(new MedianPruner(2, 1, 1).losers(2, wave, new History(trials, false)))
        .isEqualTo(expected);
  }

  private static double mean(List<MarkReport> marks) {
    return marks.stream().mapToDouble(mark -> mark.report().now()).average().orElse(Double.NaN);
  }

  /** A trial's score is that of the model it has, which is its last where none is kept. */
  @Test
  void trialsThatAllGetWorseAreNotAllStopped() {
    List<TrialState> wave = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      wave.add(kept(i, 0.5 + i / 1000.0, 0.6 + i / 1000.0, 0.7 + i / 1000.0));
    }
    assertThat(new MedianPruner(5, 1, 1).losers(3, wave, new History(wave, false))).isEmpty();
    wave.add(kept(6, 0.9, 0.8, 0.7));
    assertThat(new MedianPruner(5, 1, 1).losers(3, wave, new History(wave, false)))
        .containsExactly(6);
  }

  @Test
  void aTrialWithoutANumberIsStopped() {
    List<TrialState> trials =
        List.of(
            curve(0, 0, Status.FINISHED, 1),
            curve(1, 1, Status.RUNNING, Double.NaN),
            curve(2, 1, Status.RUNNING, 0.5));
    List<TrialState> wave = trials.subList(1, 3);
    assertThat(new MedianPruner(1, 1, 1).losers(1, wave, new History(trials, false)))
        .containsExactly(1);
  }

  @Test
  void tiesGoToTheLowestTrial() {
    List<TrialState> wave = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      wave.add(curve(i, 0, Status.RUNNING, 1));
    }
    assertThat(new Rungs(1, 3, 9).losers(1, wave, new History(wave, false)))
        .containsExactlyInAnyOrder(3, 4, 5, 6, 7, 8);
  }

  @Test
  void higherIsBetterTurnsTheOrder() {
    List<TrialState> wave = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      wave.add(
          Histories.state(i, 0, Status.RUNNING, new Configuration(Map.of("n", i)), i, i + 0.5));
    }
    assertThat(new Rungs(1, 3, 9).losers(1, wave, new History(wave, true)))
        .containsExactlyInAnyOrder(0, 1);
    assertThat(new Rungs(1, 3, 9).losers(1, wave, new History(wave, false)))
        .containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void aFinishedTrialKeepsItsPlaceAndABrokenOneHasNone() {
    List<TrialState> wave =
        List.of(
            curve(0, 0, Status.FINISHED, 1),
            curve(1, 0, Status.DIVERGED, 0),
            curve(2, 0, Status.RUNNING, 2),
            curve(3, 0, Status.RUNNING, 3));
    assertThat(new Rungs(1, 2, 9).losers(1, wave, new History(wave, false))).containsExactly(3);
  }
}
