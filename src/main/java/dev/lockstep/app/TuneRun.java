package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.report.TrainingReport;
import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.Journal;
import dev.lockstep.tune.SecretlessJournal;
import dev.lockstep.tune.Study;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.StudyOutcome.Ending;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.TrialState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A study from its run file to its result: claim the run, recall the journal, search, train the
 * best configuration on all training rows, evaluate it, write model and result. Spark starts when
 * there is something to train.
 */
final class TuneRun {
  private final StudyFile file;
  private final boolean refit;
  private final RunOptions options;
  private final SharedTerminal terminal;
  private final Stopwatch watch = new Stopwatch();

  private TuneRun(StudyFile file, boolean refit, RunOptions options) {
    this.file = file;
    this.refit = refit;
    this.terminal = new SharedTerminal(options.out());
    this.options = options.withOut(terminal.beside());
  }

  /**
   * Searches, trains the best, and writes the run.
   *
   * @param refit whether the best configuration is trained in the end
   * @throws Exception that {@link Failure} explains
   */
  static Outcome run(RunFileText text, boolean refit, RunOptions options) throws Exception {
    StudyFile.Read read = StudyFile.readAnyway(text);
    Optional<TuneRun> study = read.file().map(file -> new TuneRun(file, refit, options));
    Optional<Outcome> ended = study.flatMap(one -> one.endedBefore(read.problems()));
    if (ended.isEmpty() && !read.problems().isEmpty()) {
      throw new ConfigException(read.problems());
    }
    return ended.isPresent() ? ended.get() : study.orElseThrow().run();
  }

  /**
   * The outcome of a study that an earlier build has ended and that cannot go on in this one; empty
   * if there is none.
   *
   * @param problems of the run file
   * @throws ConfigException if it has not ended
   */
  private Optional<Outcome> endedBefore(List<String> problems) {
    Optional<StudyPlan> byHash =
        file.foldedByHash().filter(plan -> BegunRun.isFoldedByHash(file.run()));
    if (problems.isEmpty() && byHash.isEmpty()) {
      return Optional.empty();
    }
    return BegunRun.study(file.run(), byHash.orElse(file.plan()), refit)
        .map(
            begun ->
                begun.finished(
                    byHash.isPresent() ? begun.drawnByHash(problems) : begun.withWayOut(problems),
                    options.out()));
  }

  private Outcome run() throws Exception {
    RunDirectory directory =
        RunDirectory.at(file.run().output(), LockstepSession.hadoopConfiguration());
    directory.requireSameConfiguration(Descriptions.of(file.run(), file.run().shards(), List.of()));
    directory
        .result()
        .filter(Results::isFinished) // another may be of --result-file, before the study began
        .ifPresent(result -> StudyResults.requireStudy(result, directory.location()));
    try (OwnedRun owned = directory.claim();
        StudyGround ground = new StudyGround(file, options, owned, directory, watch)) {
      if (refit) {
        ground.expectModel();
      }
      return search(directory, owned, ground);
    }
  }

  private Outcome search(RunDirectory directory, OwnedRun owned, StudyGround ground)
      throws Exception {
    Journal journal = new SecretlessJournal(new JournalFiles(owned.store()), file.plan());
    StudyOutcome found;
    try (StudyView view = StudyView.on(file.plan(), terminal)) {
      List<Event> before = journal.read();
      if (before.isEmpty() && directory.recorded().isPresent()) {
        throw new ConfigException(
            directory.location()
                + " holds a training that has begun, not a study: give the study another output or"
                + " --run-id");
      }
      if (before.stream().anyMatch(TuneRun::tellsOfTraining)) {
        directory.recordedBeside(RunDirectory.STUDY_JOURNAL);
      }
      view.recall(before);
      ground.recall(before);
      if (!before.isEmpty()) {
        options.out().println("the study goes on after " + before.size() + " journalled events");
      }
      file.plan().warnings().forEach(text -> options.out().println("warning: " + text));
      CohortSize size = CohortSize.byMemory(file.engine(), file.plan().settings().parallel());
      CohortRunner runner = new CohortRunner(file, ground, size, view);
      Study study = new Study(file.plan(), runner, journal, System::nanoTime, view::take);
      found = watch.time("search", study::run);
      if (refit) {
        found = StudyResults.goingOn(found, file.plan().settings().choose(), directory);
      }
    } catch (StudyStoppedException e) {
      options.out().println("stopped, journal and checkpoints written; the same command continues");
      return new Outcome(ExitCode.STOPPED, Results.object().put("status", Results.STOPPED));
    }
    Optional<ObjectNode> result = directory.result();
    if (result.isPresent() && StudyResults.isOf(result.get(), found, refit)) {
      options.out().println("already finished: " + directory.location() + " holds the result");
      return new Outcome(ExitCode.DONE, result.get());
    }
    return conclude(owned, ground, found);
  }

  /** Nothing was recorded of a study that could not begin; its journal holds failures then. */
  private static boolean tellsOfTraining(Event event) {
    return event instanceof Event.MarkReached
        || (event instanceof Event.TrialEnded ended && ended.report().status() == Status.FINISHED);
  }

  private Outcome conclude(OwnedRun owned, StudyGround ground, StudyOutcome found)
      throws Exception {
    if (found.ending() == Ending.TIME_UP) {
      options.out().println("the study ends: tune.max_seconds are over");
    } else if (found.ending() == Ending.EXHAUSTED) {
      options.out().println("the study ends: the strategy has nothing left to try");
    }
    if (found.ending() != Ending.TIME_UP) {
      ground.places().deleteAll(); // else more max_seconds go on from them
    }
    TrialState best = found.chosen().orElseThrow(() -> nothingFinished(found));
    StudyResults results = new StudyResults(file, found);
    options.out().println(results.sentence(best));
    if (!refit) {
      ground.begin();
      ObjectNode node = results.withoutRefit(new RunDirectory(owned.store()), best);
      StudyResults.staleModel(node)
          .ifPresent(sentence -> options.out().println("warning: " + sentence));
      if (!node.has("seconds")) {
        Results.put(node.putObject("seconds"), watch.seconds());
      }
      boolean page = results.writePage(owned, node, options.out());
      owned.finish(node);
      if (page) {
        options.out().println("report: " + file.run().output() + "/" + TrainingReport.FILE);
      }
      return new Outcome(ExitCode.DONE, node);
    }
    int epochs = best.report().refitEpochs();
    StudyFile.Refit last = file.refit(best.trial().configuration(), epochs);
    RunFile run = last.run();
    ground.begin();
    results.beginRefit(owned, best, epochs);
    options.out().println("training the best configuration on all training rows");
    PreparedData.Key key = PreparedData.Key.of(run, -1);
    ground.data().keepOnly(Set.of(key)); // what folds were encoded with is in no memory plan
    ShardedData rows = ground.data().sharded(key);
    rows.checkMemory(StateSize.demand(run, rows.schema(), rows::rows));
    try (Cluster cluster = run.engine().open(rows, run)) {
      return new Fit(run, last.cut(), options, watch, results.closing(best, options.out()))
          .train(owned, ground.starts(), rows, cluster, ground::begin);
    }
  }

  private static RuntimeException nothingFinished(StudyOutcome found) {
    int trials = found.history().size();
    if (found.ending() == Ending.TIME_UP) {
      return new ConfigException(
          "none of %d trials had finished when tune.max_seconds were over: raise them, and the same command goes on"
              .formatted(trials));
    }
    Optional<TrialState> first = found.history().trials().stream().findFirst();
    String why = first.flatMap(one -> one.report().reason()).orElse("no trial was started");
    boolean diverged =
        trials > 0
            && found.history().trials().stream()
                .allMatch(one -> one.report().status() == Status.DIVERGED);
    String sentence =
        "none of %d trials finished; the first: %s; mend that, and give the study another output or --run-id"
            .formatted(trials, why);
    return diverged ? new DivergedException(sentence) : new ConfigException(sentence);
  }
}
