package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.report.Hyperparameter;
import dev.lockstep.app.report.RunFacts;
import dev.lockstep.app.report.StudyReport;
import dev.lockstep.app.report.Trial;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.Encode;
import dev.lockstep.tune.Importance;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Dimension;
import dev.lockstep.tune.space.Listed;
import dev.lockstep.tune.space.Range;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Score;
import dev.lockstep.tune.strategy.TrialState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A study as its page wants it. */
final class StudyPage {
  private static final double LOGARITHMIC_RATIO = 30;

  private final StudyPlan plan;
  private final History history;
  private final Optional<TrialState> chosen;

  /**
   * The page of a study that has ended, or of one on its way.
   *
   * @param chosen the best trial so far
   */
  StudyPage(StudyPlan plan, History history, Optional<TrialState> chosen) {
    this.plan = plan;
    this.history = history;
    this.chosen = chosen;
  }

  /**
   * The page.
   *
   * @param result of the training of the best trial, or of the search alone
   */
  byte[] of(RunDirectory directory, ObjectNode result) {
    List<Trial> trials = history.trials().stream().map(this::trial).toList();
    OptionalInt best =
        chosen.map(trial -> OptionalInt.of(trial.number())).orElse(OptionalInt.empty());
    return new StudyReport(
            RunFacts.of(directory.recorded().orElseThrow(), result),
            plan.strategy(),
            plan.metric(),
            plan.higherIsBetter(),
            hyperparameters(),
            trials,
            best,
            notes(result))
        .page(result, Instant.now());
  }

  private List<Hyperparameter> hyperparameters() {
    Map<String, Double> importance = new LinkedHashMap<>();
    Importance.of(plan.space(), history, plan.seed())
        .forEach(each -> importance.put(each.name(), each.total()));
    List<Hyperparameter> all = new ArrayList<>();
    for (Dimension dimension : plan.space().dimensions()) {
      Double share = importance.get(dimension.name());
      all.add(
          new Hyperparameter(
              dimension.name(),
              logarithmic(dimension),
              share == null ? OptionalDouble.empty() : OptionalDouble.of(share)));
    }
    if (all.isEmpty()) {
      history.trials().stream()
          .flatMap(trial -> trial.trial().configuration().values().keySet().stream())
          .distinct()
          .forEach(name -> all.add(new Hyperparameter(name, false, OptionalDouble.empty())));
    }
    return all;
  }

  private Trial trial(TrialState state) {
    Map<String, Object> values = plan.shown(values(state.trial().configuration()));
    Score score = state.report().score();
    boolean scored = !score.values().isEmpty() && !state.report().status().broken();
    return new Trial(
        state.number(),
        state.report().status().key(),
        state.report().reason().orElse(""),
        values,
        scored ? OptionalDouble.of(score.mean()) : OptionalDouble.empty(),
        scored ? OptionalDouble.of(score.deviation()) : OptionalDouble.empty(),
        score.values().stream().mapToDouble(Double::doubleValue).toArray(),
        state.report().epochs(),
        state.report().seconds());
  }

  /** Values by dimension, those that do not apply left out; what no dimension knows as it is. */
  private Map<String, Object> values(Configuration configuration) {
    Space space = plan.space();
    Optional<double[]> point = space.point(configuration);
    if (space.dimensions().isEmpty() || point.isEmpty()) {
      return configuration.values();
    }
    Map<String, Object> values = new LinkedHashMap<>();
    boolean[] active = space.active(point.get());
    for (int i = 0; i < active.length; i++) {
      if (active[i]) {
        Dimension dimension = space.dimensions().get(i);
        String path = dimension.name().replaceAll("\\[\\d+]", "");
        double place = point.get()[i];
        Object said = configuration.find(path).orElseGet(() -> dimension.domain().at(place));
        boolean object = said instanceof Map && dimension.domain() instanceof Listed;
        values.put(dimension.name(), object ? option((Listed) dimension.domain(), place) : said);
      }
    }
    return values;
  }

  /**
   * An object of a list by its kind, if no other one has that; what it draws has its own name. One
   * that differs from another in what it draws alone has its number, as that name.
   */
  private static Object option(Listed objects, double unit) {
    Object value = objects.at(unit);
    Object kind = kind(value);
    if (objects.values().stream().filter(each -> kind.equals(kind(each))).count() == 1) {
      return kind;
    }
    if (objects.values().stream().filter(value::equals).count() == 1) {
      return value;
    }
    String number = "[" + objects.index(unit) + "]";
    return kind instanceof String name ? name + " " + number : number;
  }

  private static Object kind(Object value) {
    return value instanceof Map<?, ?> map && map.get("kind") instanceof String kind ? kind : value;
  }

  /** Whether a scale of orders of magnitude suits the values. */
  private static boolean logarithmic(Dimension dimension) {
    if (dimension.domain() instanceof Range range) {
      return range.distribution().logarithmic();
    }
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (Object value : dimension.domain().samples()) {
      double number = value instanceof Number known ? known.doubleValue() : Double.NaN;
      if (!(number > 0)) {
        return false;
      }
      low = Math.min(low, number);
      high = Math.max(high, number);
    }
    return high / low >= LOGARITHMIC_RATIO;
  }

  private List<String> notes(ObjectNode result) {
    List<String> notes = new ArrayList<>();
    int folds = plan.settings().folds();
    if (folds == 1) {
      notes.add("Trials are judged by the validation rows.");
    } else if (plan.settings().encode() == Encode.SHARED) {
      notes.add(
          "Means and scales of standardized and scaled features are exact for each fold: of the"
              + " rows that its model trains on. Vocabularies, categories, buckets, what missing values"
              + " become, and columns that have some are those of all training rows; tune.encode = per_fold fits them"
              + " for each fold, too.");
    } else {
      notes.add("Every fold is encoded for itself, from the rows that its model trains on.");
    }
    plan.settings()
        .foldBy()
        .ifPresent(
            by ->
                notes.add(
                    "Folds follow the order of "
                        + by
                        + ": each is judged by a model of the rows before it, so earlier ones of"
                        + " fewer rows."));
    if (plan.metric().endsWith("auc")) {
      notes.add("Areas under curves come from 65,536 fixed bins of the score.");
    }
    notes.add("The seconds of a trial are those of the cohorts that it shared with others.");
    StudyResults.staleModel(result).ifPresent(notes::add);
    return notes;
  }
}
