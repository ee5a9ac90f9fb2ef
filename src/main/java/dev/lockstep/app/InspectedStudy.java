package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Redaction;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.RecordedStudy;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.TrialState;
import java.io.PrintStream;
import java.util.Optional;

/** A study as {@code lockstep inspect} sees it: its journal, and whose model the run has. */
final class InspectedStudy {
  private final RunDirectory run;
  private final RecordedStudy study;

  /**
   * Reads the journal of a run.
   *
   * @throws IntegrityException if it is damaged
   */
  InspectedStudy(CommitStore store, RunDirectory run) {
    this.run = run;
    String where = store.where(RunDirectory.STUDY_JOURNAL);
    try {
      this.study = RecordedStudy.of(new JournalFiles(store).read(), where);
    } catch (IllegalArgumentException e) {
      throw new IntegrityException(e.getMessage(), e);
    }
  }

  /** Tells of the study, and puts it. */
  void describe(ObjectNode result, PrintStream out) {
    int trials = study.state().ended().size();
    long ended = study.state().ended().trials().stream().filter(trial -> !trial.running()).count();
    String found =
        "study: %s, %d of %d trials, %d of them ended, judged by %s"
            .formatted(
                study.plan().strategy(),
                trials,
                Math.max(trials, study.plan().trials()),
                ended,
                study.plan().metric());
    out.println(Redaction.printable(found));
    ObjectNode node = result.putObject("study").put("trials", trials).put("ended", ended);
    Optional<TrialState> best = best();
    best.ifPresent(
        trial -> {
          node.put("best", trial.number());
          StudyTable.Row row = StudyTable.row(study.plan(), trial);
          out.println(
              "best: trial %d, %s %s, %s"
                  .formatted(
                      trial.number(),
                      Redaction.printable(study.plan().metric()),
                      StudyTable.score(row),
                      row.configuration()));
        });
    StudyResults.modelTrial(run)
        .ifPresent(
            number -> {
              node.put("model_trial", number);
              boolean isBest = best.map(trial -> trial.number() == number).orElse(false);
              out.println(
                  "model: that of trial " + number + (isBest ? "" : ", which is not the best one"));
            });
  }

  /** What a trial of a number had for itself; empty if there is none. */
  Optional<Configuration> configuration(int number) {
    return study.state().ended().trials().stream()
        .filter(trial -> trial.number() == number)
        .map(trial -> trial.trial().configuration())
        .findFirst();
  }

  private Optional<TrialState> best() {
    return run.result()
        .flatMap(result -> StudyResults.best(result, study.state()))
        .or(study::chosen);
  }

  /** The page of the study, as far as it is. */
  byte[] page() {
    ObjectNode result = run.result().orElseGet(() -> Results.object().put("status", "unfinished"));
    return new StudyPage(study.plan(), study.state().ended(), best()).of(run, result);
  }
}
