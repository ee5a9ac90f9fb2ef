package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.EndedStudy;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.SecretlessJournal;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.StudyPlan;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A run that has begun with a run file that is refused now, as by an earlier build, whose checks
 * were fewer. One that has finished is told as finished nonetheless; one that has not cannot go on,
 * and is told the way out, since a mended run file is that of another run.
 *
 * @param store its output
 * @param directory the same
 */
record BegunRun(CommitStore store, RunDirectory directory) {
  /** The run that has begun with a run file; empty if its output holds none of the same. */
  static Optional<BegunRun> of(RunFile run) {
    CommitStore store = CommitStores.open(run.output(), LockstepSession.hadoopConfiguration());
    RunDirectory directory = new RunDirectory(store);
    return directory
        .recorded()
        .map(RunDirectory.Recorded::description)
        .map(was -> was.configurationDifferences(Descriptions.of(run, run.shards(), List.of())))
        .filter(List::isEmpty)
        .map(same -> new BegunRun(store, directory));
  }

  /** The problems of a run file whose run has begun, with the way out. */
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

  /** Whether it is a study whose folds were drawn by hash. */
  boolean isFoldedByHash() {
    return new JournalFiles(store)
        .read().stream()
            .limit(1)
            .anyMatch(
                event ->
                    event instanceof Event.StudyStarted started
                        && !started.settings().containsKey("fold_by"));
  }

  /**
   * The outcome of a training that has finished; empty if it is a study.
   *
   * @param refusal why it could not go on
   * @throws ConfigException if it has not finished
   */
  Optional<Outcome> training(List<String> refusal, PrintStream out) {
    return directory.hasStudy()
        ? Optional.empty()
        : Optional.of(
            finished(
                result -> result.path("status").asText().equals(Results.FINISHED), refusal, out));
  }

  /**
   * The outcome of a study that has finished; empty if it is another one, or none.
   *
   * @param refusal why it could not go on
   * @throws ConfigException if it has not finished
   */
  Optional<Outcome> study(StudyPlan plan, boolean refit, List<String> refusal, PrintStream out) {
    List<Event> events = new SecretlessJournal(new JournalFiles(store), plan).read();
    if (events.isEmpty()) {
      return Optional.empty();
    }
    Optional<StudyOutcome> found;
    try {
      found = EndedStudy.of(plan, events);
    } catch (ConfigException e) {
      return Optional.empty(); // of other settings
    }
    return Optional.of(
        finished(
            result -> found.map(ended -> StudyResults.isOf(result, ended, refit)).orElse(false),
            refusal,
            out));
  }

  private Outcome finished(Predicate<ObjectNode> test, List<String> refusal, PrintStream out) {
    ObjectNode result =
        directory.result().filter(test).orElseThrow(() -> new ConfigException(refusal));
    out.println("already finished: " + directory.location() + " holds the result");
    return new Outcome(ExitCode.DONE, result);
  }
}
