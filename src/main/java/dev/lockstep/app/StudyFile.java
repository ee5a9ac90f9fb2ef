package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run file with a study: what all trials share, the checked plan, and the run of each
 * configuration. Everything that a trial could say is bound before anything trains.
 */
final class StudyFile {
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
    Optional<StudyPlan> plan = StudyPlan.read(document, problems);
    if (plan.isEmpty()) {
      throw new ConfigException(StudyChecks.withoutPlan(text, document, problems.sentences()));
    }
    StudyChecks checks = new StudyChecks(text, document, plan.get());
    Optional<StudyFile> file =
        checks
            .check(problems)
            .map(
                run -> {
                  String metric = StudyChecks.metric(run, plan.get());
                  boolean higher = Metrics.higherIsBetter(metric);
                  StudyPlan whole = plan.get().with(metric, higher, run.seed());
                  return new StudyFile(text, checks.defaults(), run, whole);
                });
    problems.throwIfAny();
    return file.orElseThrow();
  }

  /** What trials share: output, seed, engine. */
  RunFile run() {
    return run;
  }

  /** The engine of its trials: a gang would keep the slots of cohorts side by side. */
  EngineSettings engine() {
    return plan.settings().parallel() > 1
        ? new EngineSettings(EngineSettings.Kind.JOB)
        : run.engine();
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
    return text.bind(overrides, StudyChecks.folds(plan));
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
