package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.TrialState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyTest {
  private static final int EPOCHS = 9;

  private static final String SPACE =
      """
      space {
        "optimizer.learning_rate" { log_uniform = [0.01, 10] }
        "regularization.l2" = [0.0, 0.01, 0.1, 1.0]
      }
      enqueue = [{ "optimizer.learning_rate" = 0.123 }, { "optimizer.learning_rate" = 0.5, "regularization.l2" = 0.02 }]
      folds = 2, seed = 3
      """;

  private static final String LISTS =
      """
      space {
        "optimizer.learning_rate" = [0.01, 0.1, 0.5, 1.0, 50.0, 0.123]
        "regularization.l2" = [0.0, 0.1]
      }
      folds = 2
      """;

  static Stream<String> studies() {
    String median = "pruner { kind = median, startup_trials = 2, warmup_epochs = 2 }\n";
    return Stream.of(
        LISTS + "strategy.kind = grid, together = 4",
        LISTS + "strategy.kind = random, trials = 50, together = 3\n" + median,
        SPACE + "strategy { kind = bayes, initial_points = 5 }, trials = 11, together = 3",
        SPACE
            + "strategy { kind = bayes, initial_points = 4, method = tpe }, trials = 9\n"
            + median,
        SPACE + "strategy { kind = halving, max_epochs = 9 }, trials = 12",
        SPACE + "strategy { kind = halving, max_epochs = 9, brackets = 3 }, trials = 25\n" + median,
        "strategy { kind = manual, configurations = [{ optimizer.learning_rate = 0.1 },"
            + " { \"regularization.l2\" = 0.1 }] }");
  }

  static StudyPlan plan(String tune) {
    Document document = Document.read("tune {\n" + tune + "\n}", "run.conf", List.of());
    Problems problems = document.problems();
    var plan = StudyPlan.read(document, problems);
    problems.throwIfAny();
    return plan.orElseThrow().with("loss", false, 7);
  }

  private static StudyOutcome run(String tune, Journal journal) {
    DescentRunner runner = new DescentRunner(EPOCHS, 2, 3, () -> {});
    return new Study(plan(tune), runner, journal, () -> 0, event -> {}).run();
  }

  @ParameterizedTest
  @MethodSource("studies")
  void aJournalCutAfterAnyEventIsContinuedToTheSameTable(String tune) {
    TextJournal whole = new TextJournal();
    StudyOutcome expected = run(tune, whole);
    assertThat(whole.texts).hasSizeGreaterThan(3);
    for (int cut = 0; cut <= whole.texts.size(); cut++) {
      TextJournal left = new TextJournal(whole.texts.subList(0, cut));
      StudyOutcome continued = run(tune, left);
      assertThat(continued.history()).as("cut after %d events", cut).isEqualTo(expected.history());
      assertThat(continued.chosen()).isEqualTo(expected.chosen());
      assertThat(continued.ending()).isEqualTo(expected.ending());
      assertThat(left.texts.subList(0, cut)).isEqualTo(whole.texts.subList(0, cut));
    }
  }

  @ParameterizedTest
  @MethodSource("studies")
  void aFinishedStudyTrainsNothing(String tune) {
    TextJournal journal = new TextJournal();
    StudyOutcome first = run(tune, journal);
    List<String> before = List.copyOf(journal.texts);
    TrialRunner refusing =
        trials -> {
          throw new AssertionError("started " + trials);
        };
    StudyOutcome again = new Study(plan(tune), refusing, journal, () -> 0, event -> {}).run();
    assertThat(again).isEqualTo(first);
    assertThat(journal.texts).isEqualTo(before);
  }

  @Test
  void everyEndIsAResultAndTheStudyGoesOn() {
    StudyOutcome outcome = run(LISTS + "strategy.kind = grid", new TextJournal());
    assertThat(outcome.ending()).isEqualTo(StudyOutcome.Ending.COMPLETE);
    assertThat(outcome.history().trials())
        .hasSize(12)
        .extracting(one -> one.report().status())
        .contains(Status.FINISHED, Status.DIVERGED, Status.FAILED)
        .doesNotContain(Status.RUNNING);
    assertThat(outcome.history().trials())
        .filteredOn(one -> one.report().status() == Status.FAILED)
        .allSatisfy(one -> assertThat(one.report().reason()).contains("there is no such rate"));
    TrialState chosen = outcome.chosen().orElseThrow();
    assertThat(outcome.history().trials())
        .filteredOn(TrialState::finished)
        .allSatisfy(
            one ->
                assertThat(one.report().score().mean())
                    .isGreaterThanOrEqualTo(chosen.report().score().mean()));
  }

  @Test
  void aTrialIsInTheJournalWhenItEndsNotWhenItsWaveDoes() {
    List<Integer> startedWhenEnded = new ArrayList<>();
    TextJournal journal = new TextJournal();
    DescentRunner runner = new DescentRunner(EPOCHS);
    new Study(
            plan(LISTS + "strategy.kind = grid"),
            runner,
            journal,
            () -> 0,
            event -> {
              if (event instanceof Event.TrialEnded) {
                startedWhenEnded.add((int) runner.epochsTrained);
                assertThat(journal.texts.get(journal.texts.size() - 1))
                    .isEqualTo(EventJson.text(event));
              }
            })
        .run();
    assertThat(startedWhenEnded).hasSize(12);
    assertThat(startedWhenEnded.get(0)).isLessThan(12);
    assertThat(startedWhenEnded.get(11)).isEqualTo((int) runner.epochsTrained);
  }

  @Test
  void moreTrialsContinueAFinishedStudyAsIfItHadNotEnded() {
    String tune = SPACE + "strategy { kind = bayes, initial_points = 4 }, together = 1, trials = ";
    TextJournal journal = new TextJournal();
    StudyOutcome few = run(tune + 5, journal);
    StudyOutcome more = run(tune + 9, journal);
    assertThat(more.history().trials()).hasSize(9);
    assertThat(more.history().trials().subList(0, 5)).isEqualTo(few.history().trials());
    assertThat(more.history()).isEqualTo(run(tune + 9, new TextJournal()).history());
  }

  @Test
  void aChangedStudyIsRefusedWithEachDifference() {
    String tune = LISTS + "strategy.kind = grid, max_seconds = 10";
    TextJournal journal = new TextJournal();
    run(tune, journal);
    String changed =
        tune.replace("0.5, 1.0", "0.7, 1.0").replace("max_seconds = 10", "max_seconds = 9");
    assertThatThrownBy(() -> run(changed + ", seed = 8, together = 2", journal))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tune.space.optimizer.learning_rate[2] was 0.5, is 0.7")
        .hasMessageContaining("tune.seed was 7, is 8")
        .hasMessageContaining("tune.together was absent, is 2")
        .hasMessageContaining("tune.max_seconds was 10.0, is 9.0; it may only grow")
        .hasMessageContaining("another output");
    run(tune.replace("max_seconds = 10", "max_seconds = 11"), journal);
    run(tune.replace(", max_seconds = 10", ""), journal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pruner { kind = median, every_epochs = 2 }\n"})
  void timeThatIsUpStopsTrialsBetweenMarksUntilThereIsMore(String pruner) {
    String tune = LISTS + "strategy.kind = grid, together = 4\n" + pruner;
    AtomicLong nanos = new AtomicLong();
    StudyOutcome whole = timed(tune, new TextJournal(), nanos);
    nanos.set(0);
    TextJournal journal = new TextJournal();
    StudyOutcome stopped = timed(tune + "max_seconds = 12", journal, nanos);
    assertThat(nanos.get()).as("no epoch begins after its time").isEqualTo(12_000_000_000L);
    assertThat(stopped.ending()).isEqualTo(StudyOutcome.Ending.TIME_UP);
    assertThat(stopped.history().trials())
        .hasSizeBetween(5, 8)
        .anySatisfy(one -> assertThat(one.report().status()).isEqualTo(Status.STOPPED))
        .noneSatisfy(one -> assertThat(one.running()).isTrue());
    int events = journal.texts.size();
    nanos.set(0);
    assertThat(timed(tune + "max_seconds = 12", journal, nanos).history())
        .isEqualTo(stopped.history());
    assertThat(journal.texts).hasSize(events);
    StudyOutcome resumed = timed(tune + "max_seconds = 1000", journal, nanos);
    assertThat(resumed.ending()).isEqualTo(StudyOutcome.Ending.COMPLETE);
    assertThat(resumed.history()).isEqualTo(whole.history());
  }

  /** A second for each epoch of a wave. */
  private static StudyOutcome timed(String tune, Journal journal, AtomicLong nanos) {
    DescentRunner runner = new DescentRunner(EPOCHS, 2, 99, () -> nanos.addAndGet(1_000_000_000L));
    return new Study(plan(tune), runner, journal, nanos::get, event -> {}).run();
  }

  @Test
  void aRunnersOwnFailureEndsTheAttemptAndLosesNothing() {
    String tune = LISTS + "strategy.kind = grid, together = 3";
    TextJournal whole = new TextJournal();
    StudyOutcome expected = run(tune, whole);
    TextJournal journal = new TextJournal();
    int[] epochs = {0};
    Runnable failing =
        () -> {
          if (++epochs[0] == 14) {
            throw new IllegalStateException("the cluster is gone");
          }
        };
    DescentRunner runner = new DescentRunner(EPOCHS, 2, 3, failing);
    Study study = new Study(plan(tune), runner, journal, () -> 0, event -> {});
    assertThatThrownBy(study::run).hasMessage("the cluster is gone");
    assertThat(journal.texts).isNotEmpty().hasSizeLessThan(whole.texts.size());
    assertThat(run(tune, journal).history()).isEqualTo(expected.history());
  }

  @Test
  void aDisorderedJournalIsRefused() {
    String tune = LISTS + "strategy.kind = grid, together = 3";
    TextJournal journal = new TextJournal();
    run(tune, journal);
    journal.texts.remove(1);
    assertThatThrownBy(() -> run(tune, journal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in disorder");
  }

  @Test
  void halvingFindsTheGridsBestInAThirdOfItsEpochs() {
    String space =
        """
        space {
          "optimizer.learning_rate" { log_uniform = [0.01, 2.56], step = 2 }
          "regularization.l2" = [0.0, 0.05, 0.2]
        }
        folds = 2
        """;
    DescentRunner all = new DescentRunner(27);
    History grid =
        new Study(plan(space + "strategy.kind = grid"), all, new TextJournal(), () -> 0, e -> {})
            .run()
            .history();
    for (int seed = 1; seed <= 5; seed++) {
      DescentRunner few = new DescentRunner(27);
      String halving = "strategy { kind = halving, max_epochs = 27 }, trials = 27, seed = " + seed;
      History halved =
          new Study(plan(space + halving), few, new TextJournal(), () -> 0, e -> {})
              .run()
              .history();
      assertThat(few.epochsTrained).isLessThanOrEqualTo(all.epochsTrained / 3);
      double best = grid.best().orElseThrow().report().score().mean();
      assertThat(halved.best().orElseThrow().report().score().mean())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(1.01 * best);
    }
  }
}
