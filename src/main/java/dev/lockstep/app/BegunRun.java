package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.NotPermittedException;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.train.store.StorageException;
import dev.lockstep.tune.EndedStudy;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.SecretlessJournal;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.StudyPlan;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A run that has begun with a run file that is refused now, as by an earlier build, whose checks
 * were fewer. One that has finished is told as finished nonetheless; one that has not cannot go on,
 * and is told the way out, since a mended run file is that of another run. An output that cannot be
 * read holds none: the run file is to be mended first.
 *
 * @param directory its output
 * @param result of one that has finished
 */
record BegunRun(RunDirectory directory, Optional<ObjectNode> result) {
  /** The training that has begun with a run file; empty if its output holds none of the same. */
  static Optional<BegunRun> training(RunFile run) {
    return look(
        () ->
            begun(run)
                .map(RunDirectory::new)
                .filter(directory -> !directory.hasStudy())
                .map(
                    directory ->
                        new BegunRun(directory, directory.result().filter(Results::isFinished))));
  }

  /** The study that has begun with a run file; empty if its output holds none of the same. */
  static Optional<BegunRun> study(RunFile run, StudyPlan plan, boolean refit) {
    return look(() -> begun(run).flatMap(store -> study(store, plan, refit)));
  }

  private static Optional<BegunRun> study(CommitStore store, StudyPlan plan, boolean refit) {
    List<Event> events = new SecretlessJournal(new JournalFiles(store), plan).read();
    if (events.isEmpty()) {
      return Optional.empty();
    }
    RunDirectory directory = new RunDirectory(store);
    Optional<StudyOutcome> ended = EndedStudy.of(plan, events);
    Optional<ObjectNode> result =
        directory
            .result()
            .filter(node -> ended.filter(it -> StudyResults.isOf(node, it, refit)).isPresent());
    return Optional.of(new BegunRun(directory, result));
  }

  /** Whether the output of a run file holds a study whose folds were drawn by hash. */
  static boolean isFoldedByHash(RunFile run) {
    return look(() -> new JournalFiles(output(run)).first())
        .filter(
            event ->
                event instanceof Event.StudyStarted started
                    && !started.settings().containsKey("fold_by"))
        .isPresent();
  }

  private static <T> Optional<T> look(Supplier<Optional<T>> look) {
    try {
      return look.get();
    } catch (StorageException
        | NotPermittedException
        | IntegrityException
        | ConfigException unreadable) {
      return Optional.empty(); // told once the run file is mended; or a study of other settings
    }
  }

  private static CommitStore output(RunFile run) {
    return CommitStores.open(run.output(), LockstepSession.hadoopConfiguration());
  }

  /** The output of a run file, if a run of the same configuration was recorded there. */
  static Optional<CommitStore> begun(RunFile run) {
    CommitStore store = output(run);
    return new RunDirectory(store)
        .recorded()
        .map(RunDirectory.Recorded::description)
        .map(was -> was.configurationDifferences(Descriptions.of(run, run.shards(), List.of())))
        .filter(List::isEmpty)
        .map(same -> store);
  }

  /** The problems of its run file, with the way out. */
  List<String> withWayOut(List<String> problems) {
    List<String> all = new ArrayList<>(problems);
    all.set(0, withWayOut(problems.get(0), directory));
    return all;
  }

  /** A problem of a run that has begun, with the way out. */
  static String withWayOut(String problem, RunDirectory directory) {
    return "%s; %s holds a run that has begun so, and once mended it is another one: give that another output or --run-id"
        .formatted(problem, directory.location());
  }

  /** The problems of a run file whose study has drawn folds by hash that go by time now. */
  List<String> drawnByHash(List<String> problems) {
    List<String> all = new ArrayList<>(problems);
    all.add(
        0,
        "the folds of the study in %s were drawn by hash and cannot go on, those of a series follow its time now: give the study another output or --run-id"
            .formatted(directory.location()));
    return all;
  }

  /**
   * The outcome of one that has finished.
   *
   * @param refusal why it could not go on
   * @throws ConfigException if it has not finished
   */
  Outcome finished(List<String> refusal, PrintStream out) {
    ObjectNode found = result.orElseThrow(() -> new ConfigException(refusal));
    out.println("already finished: " + directory.location() + " holds the result");
    return new Outcome(ExitCode.DONE, found);
  }
}
