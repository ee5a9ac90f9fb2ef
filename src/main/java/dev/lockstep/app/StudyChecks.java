package dev.lockstep.app;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Listed;
import dev.lockstep.tune.space.Sample;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds what is wrong with a study before anything trains: in what all trials share, and in every
 * value that the space could give a trial.
 */
final class StudyChecks {
  /** What trials cannot differ in: it is the study's. */
  private static final Set<String> FIXED =
      Set.of("name", "seed", "output", "tune", "engine", "checkpoint", "metrics");

  private static final String NO_EFFECT =
      "no effect with tune.strategy.kind = halving, which stops trials by its own marks:";

  private static final List<String> NEEDED = List.of("data", "model", "optimizer");

  private final RunFileText text;
  private final StudyPlan plan;
  private final List<String> defaults;

  /** What is wrong with the run file whatever a trial says. */
  private final Set<String> shared = new LinkedHashSet<>();

  /** Checks of a plan that has no metric yet. */
  StudyChecks(RunFileText text, Document document, StudyPlan plan) {
    this.text = text;
    this.plan = plan;
    this.defaults = defaults(document);
  }

  /** Whether trials are judged by folds, not by validation rows. */
  static boolean folds(StudyPlan plan) {
    return plan.settings().folds() > 1;
  }

  /**
   * The problems of a study without a plan, with those of the rest of the run file and of the
   * space's values, where these stand on their own.
   *
   * @param found the problems that leave no plan
   */
  static List<String> withoutPlan(RunFileText text, Document document, List<String> found) {
    Set<String> all = new LinkedHashSet<>(found);
    Problems rest = document.problems();
    Optional<StudyChecks> space = ofSpaceAlone(text, document);
    List<String> defaults = space.map(StudyChecks::defaults).orElse(List.of());
    if (NEEDED.stream().allMatch(text.document(defaults)::has)) {
      text.bind(defaults, true, rest);
      space.ifPresent(checks -> checks.checkSamples(Optional.empty(), rest));
      all.addAll(rest.sentences());
    }
    return List.copyOf(all);
  }

  /** Checks of a study that is nothing but the space; empty if there is none that can be read. */
  private static Optional<StudyChecks> ofSpaceAlone(RunFileText text, Document document) {
    if (!(document.values().get("tune") instanceof Map<?, ?> tune)
        || !(tune.get("space") instanceof Map<?, ?> space)) {
      return Optional.empty();
    }
    try {
      Object alone = Map.of("strategy", Map.of("kind", "random"), "space", space);
      Document study = text.document(new Configuration(Map.of("tune", alone)).overrides());
      return StudyPlan.read(study, study.problems())
          .map(plan -> new StudyChecks(text, document, plan));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // it holds null, which was found
    }
  }

  /**
   * What the run file leaves to the space, or has in vain, if it is no run so: the first values.
   */
  List<String> defaults() {
    return defaults;
  }

  /** Those of the first values, where no trial has the run file's, without which more is wrong. */
  private List<String> defaults(Document document) {
    List<String> needed = missing(document);
    for (String one : List.copyOf(needed)) {
      List<String> others = needed.stream().filter(other -> !other.equals(one)).toList();
      if (faults(others).size() <= faults(needed).size()) {
        needed = others;
      }
    }
    return needed;
  }

  private List<String> faults(List<String> overrides) {
    Problems problems = text.document(overrides).problems();
    text.bind(overrides, folds(plan), problems);
    return problems.sentences();
  }

  private List<String> missing(Document document) {
    Optional<Configuration> first =
        plan.space().samples().stream()
            .map(Sample::configuration)
            .findFirst()
            .or(() -> plan.named().values().stream().findFirst());
    List<String> own = faults(List.of());
    List<String> missing = new ArrayList<>();
    for (String override : first.map(Configuration::overrides).orElse(List.of())) {
      String path = override.substring(0, override.indexOf('='));
      boolean sound = own.stream().noneMatch(fault -> fault.contains(" " + path + "."));
      if (!document.has(path) || (sound && isReplaced(path))) {
        missing.add(override);
      }
    }
    return missing;
  }

  /** Whether every trial has an object of its own there, so that the run file's is nobody's. */
  private boolean isReplaced(String path) {
    return Stream.concat(
            plan.space().samples().stream().map(Sample::configuration),
            plan.named().values().stream())
        .allMatch(one -> one.values().get(path) instanceof Map);
  }

  /** What trials are judged by, known or not. */
  static String metric(RunFile run, StudyPlan plan) {
    return plan.settings()
        .metric()
        .or(() -> run.train().earlyStopping().map(watch -> watch.metric()))
        .orElse(LossCheck.METRIC);
  }

  /** What trials share; empty only if problems were added, and all problems are added. */
  Optional<RunFile> check(Problems problems) {
    Optional<RunFile> run = text.bind(defaults, folds(plan), problems);
    run.ifPresent(bound -> checkShared(bound, problems));
    checkSamples(run, problems);
    plan.named().forEach((place, configuration) -> check(place, configuration, run, problems));
    if (run.isPresent() && metric(run.get(), plan).equals(LossCheck.METRIC)) {
      LossCheck.check(plan, this::loss, problems);
    }
    return run;
  }

  private Optional<Loss> loss(Configuration trial) {
    List<String> overrides = overrides(trial);
    return text.bind(overrides, folds(plan), text.document(overrides).problems())
        .map(run -> LossCheck.judging(run.model().loss(), run.data().label().size()));
  }

  private void checkSamples(Optional<RunFile> run, Problems problems) {
    shared.addAll(faults(defaults));
    for (Sample sample : plan.space().samples()) {
      Configuration alone = alone(sample);
      // Some settings are none without others that the space gives beside them.
      boolean beside = !refusals(alone).isEmpty() && refusals(sample.configuration()).isEmpty();
      Configuration tried = beside ? sample.configuration() : alone;
      check(sample.place(), tried, run, problems);
      if (isOneOfSeveral(sample) && refusals(tried).isEmpty() && shared.isEmpty()) {
        checkNoList(sample, text.bind(overrides(tried), folds(plan)), problems);
      }
    }
  }

  /** Whether the space has a list of values, of which this is one that is no list itself. */
  private boolean isOneOfSeveral(Sample sample) {
    return !(sample.value() instanceof List)
        && plan.space().dimensions().stream()
            .filter(dimension -> dimension.name().equals(sample.name()))
            .anyMatch(
                dimension ->
                    dimension.domain() instanceof Listed listed && listed.values().size() > 1);
  }

  /** A list of the space holds choices; one that is meant as the value of a setting looks alike. */
  private static void checkNoList(Sample sample, RunFile trial, Problems problems) {
    Object value = trial.resolved();
    for (String key : sample.name().replaceAll("\\[\\d+]", "").split("\\.")) {
      value = value instanceof Map<?, ?> section ? section.get(key) : null;
    }
    if (value instanceof List) {
      problems.add(
          sample.place(),
          "is one of several, of a setting that is a list: write each choice as a list, [[a], [b]]"
              + " for two choices or [[a, b]] for one");
    }
  }

  private void checkShared(RunFile run, Problems problems) {
    List<String> known = Metrics.of(run.model().loss());
    String metric = metric(run, plan);
    if (!known.contains(metric)) {
      problems.add(
          "tune.metric",
          "is %s, which this model does not have: use one of %s"
              .formatted(metric, String.join(", ", known)));
    }
    if (StudyFile.keepsSlots(run, plan)) {
      problems.add(
          "tune.parallel", "needs slots that a gang would keep: set engine.kind to auto or job");
    }
    FoldOrder.of(plan.settings(), run.data()).check(problems);
    if (stopsInVain(run)) {
      problems.add(
          "train.early_stopping", "has " + NO_EFFECT + " leave it out, and set tune.metric");
    }
    if (!folds(plan) && !RunChecks.hasValidation(run.data())) {
      problems.add(
          "tune.folds",
          "is 1, so that the validation rows judge, of which there are none: set"
              + " data.split.validation above 0, or at least 2 folds");
    }
  }

  /** Whether a trial would watch for its end, which the strategy alone decides. */
  private boolean stopsInVain(RunFile trial) {
    return plan.epochs().isPresent() && trial.train().earlyStopping().isPresent();
  }

  /** What a sample is about, without the first values of everything else. */
  private static Configuration alone(Sample sample) {
    Map<String, Object> kept = new TreeMap<>(sample.configuration().values());
    kept.keySet()
        .removeIf(
            path ->
                !sample.name().equals(path)
                    && !sample.name().startsWith(path + ".")
                    && !sample.name().startsWith(path + "["));
    return new Configuration(kept);
  }

  private List<String> overrides(Configuration configuration) {
    List<String> overrides = new ArrayList<>(defaults);
    overrides.addAll(configuration.overrides());
    return overrides;
  }

  /** What a configuration brings that the run file refuses, and does not refuse without it. */
  private List<String> refusals(Configuration configuration) {
    return faults(overrides(configuration)).stream()
        .filter(problem -> !shared.contains(problem))
        .toList();
  }

  private void check(
      String place, Configuration configuration, Optional<RunFile> run, Problems problems) {
    for (String path : configuration.values().keySet()) {
      String root = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
      if (FIXED.contains(root) || path.matches("data(\\.(test_|validation_)?source.*)?")) {
        problems.add(place, "cannot vary: " + path + " is the same for all trials of a study");
        return;
      }
    }
    List<String> refusals = refusals(configuration);
    refusals.forEach(
        problem ->
            problems.add(place, "is refused: " + problem.replaceFirst("^--set(:\\d+)?: ", "")));
    if (refusals.isEmpty() && run.isPresent() && shared.isEmpty()) {
      check(place, text.bind(overrides(configuration), folds(plan)), run.get(), problems);
    }
  }

  private void check(String place, RunFile trial, RunFile run, Problems problems) {
    boolean marks = plan.settings().pruner().isPresent() || plan.epochs().isPresent();
    if (marks && trial.train().evaluateEvery() > 1) {
      problems.add(
          place, "has train.evaluate_every, which leaves marks of the search without a score");
    }
    FoldOrder.of(plan.settings(), run.data()).check(place, trial.data(), problems);
    if (stopsInVain(trial) && !stopsInVain(run)) {
      problems.add(place, "has train.early_stopping, which has " + NO_EFFECT + " leave it out");
    }
    Task task = trial.model().loss().task();
    String metric = metric(run, plan);
    if (task != run.model().loss().task()) {
      problems.add(
          place,
          "makes trials with labels of another kind (%s beside %s): their metrics do not compare"
              .formatted(task, run.model().loss().task()));
    } else if (Metrics.of(run.model().loss()).contains(metric)
        && !Metrics.of(trial.model().loss()).contains(metric)) {
      problems.add(place, "makes a model without the metric " + metric);
    }
  }
}
