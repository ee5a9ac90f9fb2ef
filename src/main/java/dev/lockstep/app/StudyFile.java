package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run file with a study: what all trials share, the checked plan, and the run of each
 * configuration. Everything that a trial could say is bound before anything trains.
 */
final class StudyFile {
  /** What trials cannot differ in: it is the study's. */
  private static final Set<String> FIXED =
      Set.of("name", "seed", "output", "tune", "engine", "checkpoint", "metrics");

  private final RunFileText text;
  private final List<String> defaults;
  private final RunFile run;
  private final StudyPlan plan;

  private StudyFile(RunFileText text, List<String> defaults, RunFile run, StudyPlan plan) {
    this.text = text;
    this.defaults = defaults;
    this.run = run;
    this.plan = plan;
  }

  /**
   * Reads and checks a study.
   *
   * @throws ConfigException with every problem, of the run file and of the space
   */
  static StudyFile read(RunFileText text) {
    Document document = text.document(List.of());
    Problems problems = document.problems();
    Optional<StudyPlan> read = StudyPlan.read(document, problems);
    problems.throwIfAny();
    StudyPlan plan = read.orElseThrow();
    List<String> defaults = defaults(text, document, plan);
    RunFile run = text.bind(defaults, folds(plan));
    String metric = metric(run, plan);
    StudyFile file =
        new StudyFile(
            text, defaults, run, plan.with(metric, Metrics.higherIsBetter(metric), run.seed()));
    if (plan.settings().parallel() > 1 && run.engine().kind() == EngineSettings.Kind.GANG) {
      problems.add(
          "tune.parallel", "needs slots that a gang would keep: set engine.kind to auto or job");
    }
    if (plan.settings().folds() == 1 && !RunChecks.hasValidation(run.data())) {
      problems.add(
          "tune.folds",
          "is 1, so that the validation rows judge, of which there are none: set"
              + " data.split.validation above 0, or at least 2 folds");
    }
    file.checkSpace(problems);
    problems.throwIfAny();
    return file;
  }

  /**
   * What the run file leaves to the space, if it is no run without it: the space's first values.
   */
  private static List<String> defaults(RunFileText text, Document document, StudyPlan plan) {
    try {
      text.bind(List.of(), folds(plan));
      return List.of();
    } catch (ConfigException e) {
      return missing(document, plan);
    }
  }

  private static boolean folds(StudyPlan plan) {
    return plan.settings().folds() > 1;
  }

  private static List<String> missing(Document document, StudyPlan plan) {
    Optional<Configuration> first =
        plan.space().samples().stream()
            .map(Sample::configuration)
            .findFirst()
            .or(() -> plan.named().values().stream().findFirst());
    List<String> defaults = new ArrayList<>();
    for (String override : first.map(Configuration::overrides).orElse(List.of())) {
      if (!document.has(override.substring(0, override.indexOf('=')))) {
        defaults.add(override);
      }
    }
    return defaults;
  }

  private static String metric(RunFile run, StudyPlan plan) {
    List<String> known = Metrics.of(run.model().loss());
    String metric =
        plan.settings()
            .metric()
            .or(() -> run.train().earlyStopping().map(watch -> watch.metric()))
            .orElse("loss");
    if (!known.contains(metric)) {
      throw new ConfigException(
          "tune.metric is %s, which this model does not have: use one of %s"
              .formatted(metric, String.join(", ", known)));
    }
    return metric;
  }

  private void checkSpace(Problems problems) {
    for (Sample sample : plan.space().samples()) {
      Configuration alone = alone(sample);
      // Some settings are none without others that the space gives beside them.
      check(sample.place(), isSound(alone) ? alone : soundest(sample, alone), problems);
    }
    plan.named().forEach((place, configuration) -> check(place, configuration, problems));
  }

  private Configuration soundest(Sample sample, Configuration alone) {
    return isSound(sample.configuration()) ? sample.configuration() : alone;
  }

  private boolean isSound(Configuration configuration) {
    try {
      run(configuration);
      return true;
    } catch (ConfigException e) {
      return false;
    }
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

  private void check(String place, Configuration configuration, Problems problems) {
    for (String path : configuration.values().keySet()) {
      String root = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
      if (FIXED.contains(root) || path.matches("data(\\.(test_|validation_)?source.*)?")) {
        problems.add(place, "cannot vary: " + path + " is the same for all trials of a study");
        return;
      }
    }
    try {
      check(place, run(configuration), problems);
    } catch (ConfigException e) {
      e.problems()
          .forEach(
              problem ->
                  problems.add(place, "is refused: " + problem.replaceFirst("^--set: ", "")));
    }
  }

  private void check(String place, RunFile trial, Problems problems) {
    boolean marks = plan.settings().pruner().isPresent() || plan.epochs().isPresent();
    if (marks && trial.train().evaluateEvery() > 1) {
      problems.add(
          place, "has train.evaluate_every, which leaves marks of the search without a score");
    }
    if (trial.model().loss().task() != run.model().loss().task()) {
      problems.add(
          place,
          "makes trials with labels of another kind (%s beside %s): their metrics do not compare"
              .formatted(trial.model().loss().task(), run.model().loss().task()));
    } else if (!Metrics.of(trial.model().loss()).contains(plan.metric())) {
      problems.add(place, "makes a model without the metric " + plan.metric());
    }
  }

  /** What trials share: output, seed, engine. */
  RunFile run() {
    return run;
  }

  /** The study. */
  StudyPlan plan() {
    return plan;
  }

  /**
   * The run of a configuration.
   *
   * @throws ConfigException if it is none
   */
  RunFile run(Configuration configuration) {
    List<String> overrides = new ArrayList<>(defaults);
    overrides.addAll(configuration.overrides());
    return text.bind(overrides, folds(plan));
  }

  /** The run that trains a configuration on all training rows for so many epochs. */
  RunFile refit(Configuration configuration, int epochs, boolean folds) {
    RunFile trial = run(configuration);
    boolean fixed = plan.epochs().isPresent() || folds && trial.train().earlyStopping().isPresent();
    return fixed && epochs > 0 ? trial.withTrain(trial.train().forEpochs(epochs)) : trial;
  }

  /** The kind of the strategy. */
  Object strategy() {
    return plan.settings().resolved().get("strategy") instanceof Map<?, ?> strategy
        ? strategy.get("kind")
        : "";
  }
}
