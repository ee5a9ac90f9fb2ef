package dev.lockstep.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.Choose;
import dev.lockstep.tune.StudyOutcome;
import dev.lockstep.tune.StudyOutcome.Ending;
import dev.lockstep.tune.StudyState;
import dev.lockstep.tune.strategy.TrialState;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;

/** What a study says when it is over: in {@code result.json}, on a page, in a sentence. */
final class StudyResults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STUDY = "study";
  private static final String MODEL_TRIAL = "model_trial";

  /** Records which trial is, or was, trained in the end. */
  private static final String REFIT = "study/refit.json";

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

  /**
   * Whether a result is that of a search that was found to be over; more time that was over again
   * is another one. Which trial of equal ones is the best may depend on the release: the one whose
   * model is there stays.
   */
  static boolean isOf(ObjectNode result, StudyOutcome found, boolean refit) {
    return Results.isFinished(result)
        && result.path(STUDY).path("trials").asInt() == found.history().size()
        && result.path(STUDY).path("ending").asText().equals(ending(found))
        && (found.ending() != Ending.TIME_UP
            || result.path(STUDY).path("seconds").asDouble() == found.seconds())
        && (result.path(STUDY).path("refit").asBoolean() || !refit);
  }

  /**
   * The best trial as the result of a study has it, which another release may have chosen of equal
   * ones; empty if the journal has gone on since.
   */
  static Optional<TrialState> best(ObjectNode result, StudyState state) {
    JsonNode study = result.path(STUDY);
    boolean same =
        Results.isFinished(result)
            && study.path("trials").asInt() == state.ended().size()
            && study.path("seconds").asDouble() == state.seconds();
    int best = result.path("best").path("trial").asInt(-1);
    return state.ended().trials().stream()
        .filter(trial -> same && trial.finished() && trial.number() == best)
        .findFirst();
  }

  /**
   * What a search found, and whose training has begun already: an earlier release may have chosen
   * another one of equal trials, and what that has trained goes on.
   *
   * @param directory of the study
   * @param choose how the study chooses
   */
  static StudyOutcome goingOn(StudyOutcome found, Choose choose, RunDirectory directory) {
    if (choose != Choose.BEST || directory.result().filter(Results::isFinished).isPresent()) {
      return found;
    }
    int begun = begunTrial(directory);
    Optional<TrialState> equal =
        found.history().trials().stream()
            .filter(trial -> trial.number() == begun && trial.finished())
            .filter(trial -> found.chosen().filter(it -> areEqual(found, it, trial)).isPresent())
            .findFirst();
    return new StudyOutcome(
        found.history(), equal.or(found::chosen), found.ending(), found.seconds());
  }

  /** The trial whose training has begun; -1 if there is none, or the note of it is damaged. */
  private static int begunTrial(RunDirectory directory) {
    try {
      return directory.part(REFIT).map(part -> part.path("trial").asInt(-1)).orElse(-1);
    } catch (IntegrityException e) {
      return -1; // begun anew
    }
  }

  private static boolean areEqual(StudyOutcome found, TrialState one, TrialState other) {
    return found.history().cost(one) == found.history().cost(other);
  }

  private static String ending(StudyOutcome found) {
    return found.ending().name().toLowerCase(Locale.ROOT);
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

  /**
   * The result of a search after which nothing is trained. A model that an earlier end of the study
   * has trained stays: where it is that of the best trial still, with what its training has left,
   * and else with its trial's number.
   */
  ObjectNode withoutRefit(RunDirectory directory, TrialState best) {
    Optional<ObjectNode> before = directory.result();
    Optional<Integer> model = modelTrial(directory);
    boolean refit =
        model.map(trial -> trial == best.number()).orElse(false)
            && before.map(node -> node.path(STUDY).path("refit").asBoolean()).orElse(false);
    ObjectNode node = refit ? before.get() : Results.object().put("status", Results.FINISHED);
    node.put("name", file.run().name()).put("exit_code", ExitCode.DONE.code());
    put(node, best, refit);
    model.ifPresent(trial -> node.withObject("/" + STUDY).put(MODEL_TRIAL, trial));
    return node;
  }

  /** The trial whose model a run of a study has; empty if it has none. */
  static Optional<Integer> modelTrial(RunDirectory directory) {
    return directory.model().isCommitted()
        ? directory.part(REFIT).map(part -> part.path("trial").asInt())
        : Optional.empty();
  }

  /** What is to be known of a model that is not the best trial's, of a result that has one. */
  static Optional<String> staleModel(ObjectNode result) {
    JsonNode model = result.path(STUDY).path(MODEL_TRIAL);
    int best = result.path("best").path("trial").asInt();
    return model.isMissingNode() || model.asInt() == best
        ? Optional.empty()
        : Optional.of(
            "The model of this run is that of trial %d, not of the best one, trial %d: lockstep tune without --no-refit trains that."
                .formatted(model.asInt(), best));
  }

  /** Puts what the search found. */
  private void put(ObjectNode node, TrialState best, boolean refit) {
    ObjectNode study = node.putObject(STUDY);
    study.put("metric", file.plan().metric());
    study.put("trials", found.history().size());
    study.put("ending", ending(found));
    study.put("refit", refit);
    if (refit) {
      study.put(MODEL_TRIAL, best.number());
    }
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
    StudyPage page = new StudyPage(file.plan(), found.history(), found.chosen());
    return RunReport.write(owned, out, directory -> page.of(directory, result));
  }

  /**
   * Records which trial is being trained in the end; what an earlier end of the study has trained,
   * if it was another, is forgotten.
   */
  void beginRefit(OwnedRun owned, TrialState best, int epochs) {
    ObjectNode wanted = Results.object().put("trial", best.number()).put("epochs", epochs);
    owned.beginPart(REFIT, wanted);
  }
}
