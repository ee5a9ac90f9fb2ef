package dev.lockstep.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.strategy.TrialState;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.BiPredicate;

/** What a study says when it is over: in {@code result.json}, on a page, in a sentence. */
final class StudyResults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STUDY = "study";

  private final StudyFile file;
  private final StudyOutcome found;

  StudyResults(StudyFile file, StudyOutcome found) {
    this.file = file;
    this.found = found;
  }

  /**
   * Refuses the output of a plain training.
   *
   * @throws ConfigException if the result is one
   */
  static void requireStudy(ObjectNode result, String location) {
    if (!isStudy(result)) {
      throw new ConfigException(
          location + " holds a training, not a study: give the study another output or --run-id");
    }
  }

  /** Whether a result is that of a study. */
  static boolean isStudy(ObjectNode result) {
    return result.has(STUDY);
  }

  /** Whether a result is that of a search that was found to be over. */
  static boolean isOf(ObjectNode result, StudyOutcome found, boolean refit) {
    int best = found.chosen().map(TrialState::number).orElse(-1);
    return result.path("status").asText().equals(Results.FINISHED)
        && result.path(STUDY).path("trials").asInt() == found.history().size()
        && result.path("best").path("trial").asInt() == best
        && (result.path(STUDY).path("refit").asBoolean() || !refit);
  }

  /** The best trial in words. */
  String sentence(TrialState best) {
    StudyTable.Row row = StudyTable.row(file.plan(), best);
    return "best of %d trials: trial %d, %s %s, %s"
        .formatted(
            found.history().size(),
            best.number(),
            file.plan().metric(),
            StudyTable.score(row),
            row.configuration());
  }

  /** Puts what the search found. */
  void put(ObjectNode node, TrialState best, boolean refit) {
    ObjectNode study = node.putObject(STUDY);
    study.put("metric", file.plan().metric());
    study.put("trials", found.history().size());
    study.put("ending", found.ending().name().toLowerCase(Locale.ROOT));
    study.put("refit", refit);
    Results.put(study, "seconds", found.seconds());
    ObjectNode chosen = node.withObject("/best");
    chosen.put("trial", best.number());
    chosen.set(
        "configuration",
        JSON.valueToTree(file.plan().shown(best.trial()).configuration().values()));
    Results.put(chosen, "mean", best.report().score().mean());
    Results.put(chosen, "deviation", best.report().score().deviation());
    ArrayNode folds = chosen.putArray("folds");
    best.report().score().values().forEach(folds::add);
  }

  /** What the training of the best trial does before it writes its result. */
  BiPredicate<OwnedRun, ObjectNode> closing(TrialState best, PrintStream out) {
    return (owned, node) -> {
      put(node, best, true);
      owned.flushMetrics();
      return writePage(owned, node, out);
    };
  }

  /** Writes the study's page; whether it did. */
  boolean writePage(OwnedRun owned, ObjectNode result, PrintStream out) {
    StudyPage page = new StudyPage(file, found);
    return RunReport.write(owned, out, directory -> page.of(directory, result));
  }

  /**
   * Records which trial is being trained in the end; what an earlier end of the study has trained,
   * if it was another, is forgotten.
   */
  void beginRefit(OwnedRun owned, TrialState best, int epochs) {
    ObjectNode wanted = Results.object().put("trial", best.number()).put("epochs", epochs);
    owned.beginPart("study/refit.json", wanted);
  }
}
