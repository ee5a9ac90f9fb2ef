package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Dimension;
import dev.lockstep.tune.space.Sample;
import dev.lockstep.tune.strategy.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

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
   * A study that was read, whatever speaks against it.
   *
   * @param file the study, which knows nothing of the problems; empty if there are others than of
   *     settings that do not go together, which a build with fewer checks may have let pass
   * @param problems a sentence each
   */
  record Read(Optional<StudyFile> file, List<String> problems) {}

  /**
   * Reads and checks a study.
   *
   * @throws ConfigException with every problem, of the run file and of the space
   */
  static StudyFile read(RunFileText text) {
    Read read = readAnyway(text);
    if (!read.problems().isEmpty()) {
      throw new ConfigException(read.problems());
    }
    return read.file().orElseThrow();
  }

  /** Reads and checks a study, which may be one that was begun under fewer checks. */
  static Read readAnyway(RunFileText text) {
    Document document = text.document(List.of());
    Problems problems = document.problems();
    Optional<StudyPlan> plan = StudyPlan.read(document, problems);
    if (plan.isEmpty()) {
      return new Read(
          Optional.empty(), StudyChecks.withoutPlan(text, document, problems.sentences()));
    }
    StudyChecks checks = new StudyChecks(text, document, plan.get());
    Optional<StudyFile> file =
        checks
            .check(problems)
            .filter(
                run -> Metrics.higherIsBetter().containsKey(StudyChecks.metric(run, plan.get())))
            .map(run -> new StudyFile(text, checks.defaults(), run, whole(plan.get(), run)))
            .filter(study -> problems.isEmpty() || study.isSoundByParts());
    return new Read(file, problems.sentences());
  }

  private boolean isSoundByParts() {
    return !keepsSlots(run, plan)
        && text.isSoundByParts(defaults)
        && Stream.concat(
                plan.space().samples().stream().map(Sample::configuration),
                plan.named().values().stream())
            .allMatch(trial -> text.isSoundByParts(overrides(trial)));
  }

  /** Whether a gang would keep the slots of cohorts side by side; a study may go on without. */
  static boolean keepsSlots(RunFile run, StudyPlan plan) {
    return plan.settings().parallel() > 1 && run.engine().kind() == EngineSettings.Kind.GANG;
  }

  private static StudyPlan whole(StudyPlan plan, RunFile run) {
    String metric = StudyChecks.metric(run, plan);
    StudyPlan whole = plan.with(metric, Metrics.higherIsBetter(metric), run.seed());
    try {
      return whole.with(FoldOrder.of(plan.settings(), run.data()).settled());
    } catch (IllegalArgumentException e) {
      return whole; // which is among the problems
    }
  }

  /** What trials share: output, seed, engine. */
  RunFile run() {
    return run;
  }

  /** The engine of its trials: a gang would keep the slots of cohorts side by side. */
  EngineSettings engine() {
    return plan.settings().parallel() > 1
        ? new EngineSettings(EngineSettings.Kind.JOB, run.engine().exchange())
        : run.engine();
  }

  /**
   * What trials share, for the rows that they share: where they start from several models, from
   * that of the first trial, since no trial may start from the run file's own.
   */
  RunFile ofRows() {
    if (!variesInit()) {
      return run;
    }
    return plan.wave(new History(List.of(), plan.higherIsBetter()), 0).stream()
        .flatMap(trial -> bound(trial.configuration()).stream())
        .findFirst()
        .map(trial -> run.withInit(trial.init()))
        .orElse(run);
  }

  /** The run of a configuration; empty if it is none. */
  private Optional<RunFile> bound(Configuration configuration) {
    List<String> overrides = overrides(configuration);
    Problems problems = text.document(overrides).problems();
    return text.bind(overrides, StudyChecks.folds(plan), problems)
        .filter(bound -> problems.isEmpty());
  }

  /** Whether trials may differ in how rows become features. */
  boolean variesRows() {
    return varies("data|distill|init");
  }

  /** Whether trials may start from several models. */
  boolean variesInit() {
    return varies("init");
  }

  private boolean varies(String sections) {
    return Stream.concat(
            plan.space().dimensions().stream().map(Dimension::name),
            plan.named().values().stream().flatMap(one -> one.values().keySet().stream()))
        .anyMatch(path -> path.matches("(" + sections + ")\\b.*"));
  }

  /** The study. */
  StudyPlan plan() {
    return plan;
  }

  /**
   * The same study as an earlier build has begun it, which drew the folds of a series by hash;
   * empty if the run file says their order itself.
   */
  Optional<StudyPlan> foldedByHash() {
    boolean settled = plan.settings().foldBy().isPresent();
    return settled && !text.document(List.of()).has("tune.fold_by")
        ? Optional.of(plan.with(plan.settings().foldedBy(Optional.empty())))
        : Optional.empty();
  }

  /**
   * The run of a configuration.
   *
   * @throws ConfigException if it is none
   */
  RunFile run(Configuration configuration) {
    return text.bind(overrides(configuration), StudyChecks.folds(plan));
  }

  private List<String> overrides(Configuration configuration) {
    List<String> overrides = new ArrayList<>(defaults);
    overrides.addAll(configuration.overrides());
    return overrides;
  }

  /** How long a trial trains: as its run says, or as many epochs as the strategy gives all. */
  TrainSettings budget(RunFile trial) {
    TrainSettings own = trial.train();
    return plan.epochs().isPresent() ? own.forEpochs(plan.epochs().getAsInt()) : own;
  }

  /**
   * The training of a configuration on all training rows.
   *
   * @param run it
   * @param cut the epochs after which it ends; its schedule is that of the trial nonetheless
   */
  record Refit(RunFile run, OptionalInt cut) {}

  /**
   * How a configuration is trained on all training rows. Where folds have stopped early there is
   * nothing left to watch: it ends where they were best.
   *
   * @param epochs the median of the folds' best epochs
   */
  Refit refit(Configuration configuration, int epochs) {
    RunFile trial = run(configuration);
    TrainSettings budget = budget(trial);
    boolean watched = budget.earlyStopping().isPresent() && plan.settings().folds() > 1;
    return watched && epochs > 0
        ? new Refit(trial.withTrain(budget.neverStopped()), OptionalInt.of(epochs))
        : new Refit(trial.withTrain(budget), OptionalInt.empty());
  }
}
