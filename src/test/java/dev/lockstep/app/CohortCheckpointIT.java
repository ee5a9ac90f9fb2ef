package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.EventJson;
import dev.lockstep.tune.Study;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cohorts that are cut off at any epoch, split, and laid aside at marks: the same journal. */
class CohortCheckpointIT {
  private static final int WHOLE = Integer.MAX_VALUE;

  private static final String BASE =
      """
      name = study
      seed = 7
      data {
        source { format = synthetic, task = binary, rows = 400, features = 5, noise = 0.3 }
        split { validation = 0.1, test = 0.1 }
      }
      model = { kind = logistic }
      """;

  /** Early stopping, a schedule, a diverging trial, marks at which trials are given up. */
  private static final String RULES =
      BASE
          + """
          optimizer = { kind = adam, learning_rate = 0.05 }
          schedule = { kind = cosine }
          train {
            epochs = 7, batch_size = 100
            early_stopping { metric = log_loss, patience = 2, restore_best = true }
          }
          checkpoint { every_epochs = 1 }
          tune {
            strategy { kind = random }
            enqueue = [ { "optimizer" = { kind = sgd, learning_rate = 1e38 } } ]
            space { "optimizer.learning_rate" = { log_uniform = [1e-3, 3] } }
            pruner { kind = median, startup_trials = 3, warmup_epochs = 2, every_epochs = 2 }
            metric = log_loss, folds = 2, trials = 8, together = 8
          }
          """;

  /** Solvers that end at different iterations. */
  private static final String SOLVERS =
      BASE
          + """
          optimizer = { kind = owlqn }
          train { epochs = 40 }
          checkpoint { every_epochs = 1 }
          tune {
            strategy { kind = grid }
            space { "regularization.l1" = [0.3, 0.03, 0.003, 0] }
            metric = log_loss, folds = 2
          }
          """;

  /** A trial that ends at a mark, to which another one has come with it. */
  private static final String MARKS =
      BASE
          + """
          optimizer = { kind = adam, learning_rate = 0.05 }
          train { batch_size = 100 }
          tune {
            strategy { kind = grid }
            space { "train.epochs" = [2, 6] }
            pruner { kind = median, startup_trials = 9, warmup_epochs = 1, every_epochs = 2 }
            metric = log_loss, folds = 2, together = 2
          }
          """;

  @TempDir private Path folder;

  @Test
  void aStudyCutOffAtAnyEpochGoesOnFromItsCheckpoint() throws IOException {
    cutOffAnywhere("rules", RULES, 7);
  }

  @Test
  void aStudyOfSolversCutOffAtAnyIterationGoesOnFromItsCheckpoint() throws IOException {
    cutOffAnywhere("solvers", SOLVERS, 9);
  }

  @Test
  void splitCohortsLieInTheirCheckpointsBetweenMarksAndChangeNothing() throws IOException {
    List<String> whole = new Attempt("whole", RULES, WHOLE).run();
    assertThat(new Attempt("split", RULES, 5).run()).isEqualTo(whole);
    String beside = RULES.replace("folds = 2", "folds = 2, parallel = 2");
    assertThat(inOrder(new Attempt("beside", beside, 5).run())).isEqualTo(inOrder(whole));
    Attempt cut = new Attempt("cut", RULES, 5);
    assertThatThrownBy(() -> cut.until(40).run()).isInstanceOf(CutOff.class);
    assertThat(inOrder(new Attempt("cut", RULES, 3).run())).isEqualTo(inOrder(whole));
  }

  @Test
  void cohortsThatFitTogetherStayInMemoryAndChangeNothing() throws IOException {
    String sizes = RULES.replace("space {", "space { \"train.batch_size\" = [50, 100],");
    Attempt together = new Attempt("together", sizes, WHOLE);
    List<String> found = together.run();
    assertThat(new Attempt("apart", sizes, 9).run()).isEqualTo(found);
    String beside = sizes.replace("folds = 2", "folds = 2, parallel = 2");
    assertThat(inOrder(new Attempt("beside", beside, WHOLE).run())).isEqualTo(inOrder(found));
    Attempt cut = new Attempt("cut", beside, WHOLE);
    assertThatThrownBy(() -> cut.until(45).run()).isInstanceOf(CutOff.class);
    assertThat(inOrder(new Attempt("cut", sizes, WHOLE).run())).isEqualTo(inOrder(found));
  }

  @Test
  void aDamagedCheckpointIsNeverASilentRestart() throws IOException {
    List<String> whole = new Attempt("intact", RULES, WHOLE).run();
    Attempt cut = new Attempt("damaged", RULES, WHOLE).until(40);
    assertThatThrownBy(cut::run).isInstanceOf(CutOff.class);
    List<Path> states =
        cohorts("damaged").stream().filter(file -> file.endsWith("state.safetensors")).toList();
    assertThat(states).hasSize(2);
    byte[] older = Files.readAllBytes(states.get(0));
    for (Path state : states) {
      byte[] damaged = Files.readAllBytes(state);
      damaged[damaged.length - 1] ^= 1;
      Files.write(state, damaged);
    }
    assertThatThrownBy(() -> new Attempt("damaged", RULES, WHOLE).run())
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("study/cohorts")
        .hasMessageContaining("delete their directories to train 8 members anew");
    Files.write(states.get(0), older);
    Attempt rest = new Attempt("damaged", RULES, WHOLE);
    assertThat(rest.run()).isEqualTo(whole);
  }

  @Test
  void aStopAfterTheLastLookAtAMarkIsSavedToo() throws IOException {
    List<String> whole = new Attempt("unstopped", MARKS, WHOLE).run();
    Attempt stopped = new Attempt("stopped", MARKS, WHOLE);
    stopped.stopAfter = "trial_ended";
    assertThatThrownBy(stopped::run).isInstanceOf(StudyStoppedException.class);
    assertThat(cohorts("stopped")).isNotEmpty();
    CommandLineRun inspected = CommandLineRun.of("inspect", folder.resolve("stopped").toString());
    assertThat(inspected.code()).as(inspected.text()).isZero();
    assertThat(inspected.out()).containsPattern("checkpoint \\d+-\\d+-\\d+/step-");
    Attempt rest = new Attempt("stopped", MARKS, WHOLE);
    assertThat(rest.run()).isEqualTo(whole);
    assertThat(rest.epochs).as("epochs after those of two trials up to the mark").isEqualTo(8);
  }

  private void cutOffAnywhere(String name, String text, int stride) throws IOException {
    Attempt undisturbed = new Attempt(name, text, WHOLE);
    List<String> whole = undisturbed.run();
    assertThat(whole).hasSizeGreaterThan(4);
    assertThat(cohorts(name)).isEmpty();
    int cuts = 0;
    for (int epoch = 20; epoch < undisturbed.epochs; epoch += stride, cuts++) {
      String cut = name + epoch;
      Attempt first = new Attempt(cut, text, WHOLE).until(epoch);
      assertThatThrownBy(first::run).isInstanceOf(CutOff.class);
      assertThat(cohorts(cut)).as("checkpoints when cut off at %d", epoch).isNotEmpty();
      Attempt second = new Attempt(cut, text, WHOLE);
      assertThat(second.run()).as("journal, cut off at epoch %d", epoch).isEqualTo(whole);
      assertThat(second.epochs).isLessThan(undisturbed.epochs);
      assertThat(cohorts(cut)).isEmpty();
    }
    assertThat(cuts).isGreaterThan(3);
  }

  private List<Path> cohorts(String name) throws IOException {
    Path directory = folder.resolve(name).resolve("study/cohorts");
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Trials that end in one wave may be journalled in any order if cohorts were split anew. */
  private static List<String> inOrder(List<String> events) {
    return events.stream().sorted().toList();
  }

  private static final class CutOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** One process's part of a study, without the training of its best. */
  private final class Attempt implements TrialProgress {
    private final Path output;
    private final StudyFile file;
    private final int size;
    private final StopSignal stop = new StopSignal();
    private int last = Integer.MAX_VALUE;
    private String stopAfter = "";
    private int epochs;

    Attempt(String name, String text, int size) {
      this.output = folder.resolve(name);
      this.size = size;
      List<String> overrides = List.of("output=" + output);
      this.file = StudyFile.read(new RunFileText("study.conf", text, overrides, Optional.empty()));
    }

    /** Dies in the course of an epoch's end, counted over all members. */
    Attempt until(int epoch) {
      last = epoch;
      return this;
    }

    @Override
    public synchronized void onEpoch(TrialSeat seat, EpochReport report) {
      if (++epochs > last) {
        throw new CutOff();
      }
    }

    private void heard(Event event) {
      if (!stopAfter.isEmpty() && EventJson.text(event).contains(stopAfter)) {
        stopAfter = "";
        stop.answer();
      }
    }

    /** Runs it; the journal without its times. */
    List<String> run() {
      LocalSpark.session();
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
      RunOptions options = new RunOptions(Optional.empty(), false, stop, nowhere);
      RunDirectory directory =
          RunDirectory.at(output.toString(), LockstepSession.hadoopConfiguration());
      try (OwnedRun owned = directory.claim();
          StudyGround ground = new StudyGround(file, options, owned, directory, new Stopwatch())) {
        CohortRunner runner = new CohortRunner(file, ground, (data, seats) -> size, this);
        JournalFiles journal = new JournalFiles(owned.store());
        new Study(file.plan(), runner, journal, System::nanoTime, this::heard).run();
        List<String> events = new ArrayList<>();
        for (Event event : journal.read()) {
          if (event instanceof Event.TimeSpent) {
            continue;
          }
          events.add(
              EventJson.text(event)
                  .replaceAll("\"(study_seconds|seconds|parallel)\":[0-9.E-]+", ""));
        }
        return events;
      }
    }
  }
}
