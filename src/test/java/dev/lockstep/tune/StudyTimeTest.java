package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudyTimeTest {
  private static final String TUNE =
      """
      space { "optimizer.learning_rate" = [0.01, 0.1, 0.5, 1.0] }
      folds = 2, strategy.kind = grid, max_seconds = 200
      """;
  private static final long NANOS_AN_EPOCH = 25_000_000_000L;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void timeThatAnEndedAttemptTookIsNotHadAgain(boolean killed) {
    AtomicLong nanos = new AtomicLong();
    TextJournal journal = new TextJournal();
    Runnable failing =
        () -> {
          if (nanos.addAndGet(NANOS_AN_EPOCH) == 5 * NANOS_AN_EPOCH) {
            throw new IllegalStateException("the cluster is gone");
          }
        };
    assertThatThrownBy(() -> run(journal, failing, nanos)).hasMessage("the cluster is gone");
    assertThat(spent(journal)).containsExactly(75.0, 125.0);
    if (killed) {
      journal.texts.remove(journal.texts.size() - 1);
    }
    nanos.set(0);
    StudyOutcome rest = run(journal, () -> nanos.addAndGet(NANOS_AN_EPOCH), nanos);
    assertThat(rest.ending()).isEqualTo(StudyOutcome.Ending.TIME_UP);
    assertThat(rest.seconds()).isEqualTo(200);
    assertThat(nanos.get() / 1e9).isEqualTo(killed ? 125 : 75);
  }

  @Test
  void timeOfAPreparationThatFailedIsNotHadAgain() {
    AtomicLong nanos = new AtomicLong();
    TextJournal journal = new TextJournal();
    TrialRunner failing =
        trials -> {
          nanos.addAndGet(NANOS_AN_EPOCH);
          throw new IllegalStateException("the cluster is gone");
        };
    Study study = new Study(StudyTest.plan(TUNE), failing, journal, nanos::get, event -> {});
    assertThatThrownBy(study::run).hasMessage("the cluster is gone");
    assertThat(spent(journal)).containsExactly(25.0);
    nanos.set(0);
    assertThat(run(journal, () -> nanos.addAndGet(NANOS_AN_EPOCH), nanos).seconds()).isEqualTo(200);
    assertThat(nanos.get() / 1e9).isEqualTo(175);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void timeThatCannotBeWrittenForNowIsWrittenLater(boolean passes) {
    AtomicLong nanos = new AtomicLong();
    TextJournal kept = new TextJournal();
    List<Double> refused = new ArrayList<>();
    Journal journal =
        new Journal() {
          @Override
          public List<Event> read() {
            return kept.read();
          }

          @Override
          public void append(Event event) {
            if (event instanceof Event.TimeSpent && event.seconds() < 100) {
              refused.add(event.seconds());
              throw new IllegalStateException("could not write");
            }
            kept.append(event);
          }

          @Override
          public boolean mayPass(RuntimeException failure) {
            return passes && failure.getMessage().equals("could not write");
          }
        };
    Runnable afterEpoch = () -> nanos.addAndGet(NANOS_AN_EPOCH);
    if (passes) {
      assertThat(run(journal, afterEpoch, nanos).seconds()).isEqualTo(200);
      assertThat(refused).containsExactly(75.0);
      assertThat(spent(kept)).containsExactly(150.0);
    } else {
      assertThatThrownBy(() -> run(journal, afterEpoch, nanos)).hasMessage("could not write");
      assertThat(spent(kept)).isEmpty();
    }
  }

  @Test
  void aLongStudyHasFewEventsOfTime() {
    StudyPlan plan = StudyTest.plan(TUNE.replace("200", "20450"));
    AtomicLong nanos = new AtomicLong();
    TextJournal journal = new TextJournal();
    journal.append(new Event.StudyStarted(plan.resolved(), 20000));
    DescentRunner runner = new DescentRunner(99, 2, 99, () -> nanos.addAndGet(NANOS_AN_EPOCH));
    new Study(plan, runner, journal, nanos::get, event -> {}).run();
    assertThat(spent(journal)).containsExactly(20200.0, 20425.0);
  }

  private static StudyOutcome run(Journal journal, Runnable afterEpoch, AtomicLong nanos) {
    DescentRunner runner = new DescentRunner(99, 2, 99, afterEpoch);
    return new Study(StudyTest.plan(TUNE), runner, journal, nanos::get, event -> {}).run();
  }

  private static List<Double> spent(Journal journal) {
    return journal.read().stream()
        .filter(Event.TimeSpent.class::isInstance)
        .map(Event::seconds)
        .toList();
  }
}
