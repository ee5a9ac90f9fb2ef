package dev.lockstep.tune;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Sample;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Manual;
import dev.lockstep.tune.strategy.Pruner;
import dev.lockstep.tune.strategy.Strategies;
import dev.lockstep.tune.strategy.Strategy;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A checked study: everything that decides it but the scores.
 *
 * @param settings as written
 * @param space what varies; empty for a manual list
 * @param enqueued configurations that come first
 * @param metric that trials are judged by
 * @param higherIsBetter its direction
 * @param seed of the strategy's draws
 */
public record StudyPlan(
    TuneSettings settings,
    Space space,
    List<Configuration> enqueued,
    String metric,
    boolean higherIsBetter,
    long seed) {
  private static final String AT = "tune";

  /** Copies the list. */
  public StudyPlan {
    enqueued = List.copyOf(enqueued);
  }

  /**
   * The plan of a whole run file, without its metric, direction and seed, which {@link #with} sets.
   * Whether the run file takes the values is for the caller to check, with {@link Space#samples}
   * and {@link #named}.
   *
   * @return empty only if problems were added
   */
  public static Optional<StudyPlan> read(Document runFile, Problems problems) {
    Optional<TuneSettings> bound =
        TuneSettings.BINDER.bind(runFile, AT, TuneSettings.class, problems);
    if (bound.isEmpty()) {
      return Optional.empty();
    }
    TuneSettings settings = bound.get();
    boolean manual = settings.strategy() instanceof Manual;
    Optional<Space> space =
        manual && settings.space().values().isEmpty()
            ? Optional.of(Space.EMPTY)
            : Space.read(settings.space(), AT + ".space", problems);
    List<Configuration> enqueued = enqueued(settings, problems);
    space.ifPresent(found -> settings.strategy().check(found, settings.maxTrials(), problems));
    if (settings.trials().orElse(1) > settings.maxTrials()) {
      problems.add(
          AT + ".trials",
          "must be at most max_trials = %d, is %d"
              .formatted(settings.maxTrials(), settings.trials().get()));
    }
    if (settings.strategy().fixesWaves() && settings.together().isPresent()) {
      problems.add(
          AT + ".together",
          "has no effect with this strategy, whose brackets train side by side; leave it out");
    }
    return space
        .filter(found -> problems.isEmpty())
        .map(
            found ->
                new StudyPlan(
                    settings,
                    found,
                    enqueued,
                    settings.metric().orElse(""),
                    false,
                    settings.seed().orElse(0L)));
  }

  private static List<Configuration> enqueued(TuneSettings settings, Problems problems) {
    List<Configuration> enqueued = new ArrayList<>();
    Set<Configuration> seen = new HashSet<>();
    for (int i = 0; i < settings.enqueue().size(); i++) {
      String place = AT + ".enqueue[" + i + "]";
      try {
        Configuration one = Manual.configuration(settings.enqueue().get(i));
        enqueued.add(one);
        if (!seen.add(one)) {
          problems.add(place, "is there twice");
        }
      } catch (IllegalArgumentException e) {
        problems.add(place, e.getMessage());
      }
    }
    return enqueued;
  }

  /**
   * The same plan with what the rest of the run file decides.
   *
   * @param metric if {@code tune.metric} is left out
   * @param runSeed if {@code tune.seed} is left out
   */
  public StudyPlan with(String metric, boolean higherIsBetter, long runSeed) {
    return new StudyPlan(
        settings,
        space,
        enqueued,
        settings.metric().orElse(metric),
        higherIsBetter,
        settings.seed().orElse(runSeed));
  }

  /** The same plan with settings that are settled by the data. */
  public StudyPlan with(TuneSettings settled) {
    return new StudyPlan(settled, space, enqueued, metric, higherIsBetter, seed);
  }

  /** Configurations that the run file names itself, by place, for the caller to check. */
  public Map<String, Configuration> named() {
    Map<String, Configuration> named = new LinkedHashMap<>();
    for (int i = 0; i < enqueued.size(); i++) {
      named.put(AT + ".enqueue[" + i + "]", enqueued.get(i));
    }
    if (settings.strategy() instanceof Manual manual) {
      for (int i = 0; i < manual.configurations().size(); i++) {
        named.put(
            AT + ".strategy.configurations[" + i + "]",
            Manual.configuration(manual.configurations().get(i)));
      }
    }
    return named;
  }

  /** How many trials the study has at most, enqueued ones included. */
  public int trials() {
    return trials(() -> settings.strategy().trials(space, enqueued));
  }

  private int trials(LongSupplier ofStrategy) {
    long all =
        settings
            .trials()
            .map(Integer::longValue)
            .orElseGet(() -> ofStrategy.getAsLong() + enqueued.size());
    return (int) Math.min(all, Math.max(settings.maxTrials(), enqueued.size()));
  }

  /**
   * The trials that start next: enqueued ones first, then the strategy's.
   *
   * @param history of ended trials
   * @param number of the wave
   * @return empty if the strategy has nothing left to try
   */
  public List<Trial> wave(History history, int number) {
    Strategy strategy = settings.strategy();
    int remaining = trials() - history.size();
    int together = strategy.together(history, remaining);
    int count =
        strategy.fixesWaves()
            ? together
            : Math.min(remaining, settings.together().orElse(together));
    int bracket = strategy.bracket(history);
    List<Trial> wave = new ArrayList<>();
    List<TrialState> all = new ArrayList<>(history.trials());
    for (int i = all.size(); i < enqueued.size() && wave.size() < count; i++) {
      wave.add(new Trial(all.size(), number, bracket, true, enqueued.get(i)));
      all.add(TrialState.started(wave.get(wave.size() - 1)));
    }
    if (wave.size() < count) {
      RandomKey key = RandomKey.of(seed).child("tune");
      History before = new History(all, higherIsBetter);
      for (Configuration one : strategy.next(space, before, count - wave.size(), key)) {
        wave.add(new Trial(history.size() + wave.size(), number, bracket, false, one));
      }
    }
    return wave;
  }

  /** What a user should know, a sentence each. */
  public List<String> warnings() {
    List<String> warnings =
        new ArrayList<>(
            settings.strategy().warnings(space, settings.trials().orElse(0) - enqueued.size()));
    settings.strategy().unreached(trials(), settings.maxTrials()).ifPresent(warnings::add);
    Stream<Configuration> tried =
        Stream.concat(
            space.samples().stream().map(Sample::configuration), named().values().stream());
    if (settings.choose() == Choose.ONE_STANDARD_ERROR && tried.noneMatch(Choose::hasStrength)) {
      warnings.add(
          "tune.choose = one_standard_error has no effect, since no trial sets %s: the best trial is chosen; let tune.space vary one of these"
              .formatted(String.join(", ", Choose.STRENGTHS)));
    }
    return warnings;
  }

  /** The kind of the strategy. */
  public String strategy() {
    return Strategies.REGISTRY.kindOf(settings.strategy());
  }

  /** Epochs of every trial where the strategy fixes them; else the run file's. */
  public OptionalInt epochs() {
    return settings.strategy().epochs();
  }

  /** The stopping rules that hold for a bracket. */
  List<Pruner> pruners(int bracket) {
    return Stream.of(settings.strategy().pruner(bracket), settings.pruner())
        .flatMap(Optional::stream)
        .toList();
  }

  /** What must be the same when a study is continued, as nested maps without secrets. */
  Map<String, Object> resolved() {
    Map<String, Object> resolved = new LinkedHashMap<>(settings.resolved());
    resolved.put("metric", metric);
    resolved.put("higher_is_better", higherIsBetter);
    resolved.put("seed", seed);
    resolved.put("trials", trials(() -> settings.strategy().mostTrials(space)));
    return secrets().hidden(resolved);
  }

  /** What must not be written of the settings. */
  Secrets secrets() {
    return Secrets.of(settings.resolved());
  }

  /** A trial as it may be shown: without secrets, but so that they can be told apart. */
  public Trial shown(Trial trial) {
    return trial.with(new Configuration(shown(trial.configuration().values())));
  }

  /** Values by path as they may be shown. */
  public Map<String, Object> shown(Map<String, Object> values) {
    return Secrets.shown(secrets().hidden(values));
  }
}
