package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.tune.Encode;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.TuneSettings;
import dev.lockstep.tune.space.Sample;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Trial;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What {@code lockstep check} says of a study: its trials, and the cohorts that they would be. */
final class StudyCheck {
  private final StudyFile file;
  private final StudyPlan plan;
  private final TuneSettings settings;
  private final PrintStream out;

  StudyCheck(StudyFile file, PrintStream out) {
    this.file = file;
    this.plan = file.plan();
    this.settings = file.plan().settings();
    this.out = out;
  }

  /** Where the models are that trials start from. */
  StartingModels starts() {
    return StartingModels.seen(file.run(), file.variesInit());
  }

  /** What trials share, for the rows that they share. */
  RunFile run() {
    return file.ofRows();
  }

  /** Tells what is known without data. */
  void describe(RunFileText text) {
    int dimensions = plan.space().dimensions().size();
    OptionalLong size = plan.space().size();
    String over =
        dimensions == 0
            ? ""
            : " over %d hyperparameters, %s"
                .formatted(
                    dimensions,
                    size.isPresent()
                        ? "%,d configurations".formatted(size.getAsLong())
                        : "infinitely many configurations");
    out.println("study: " + plan.strategy() + over);
    int groups = settings.folds() * settings.repeats();
    out.println(
        "trials: at most %,d%s, judged by %s (%s is better) %s"
            .formatted(
                plan.trials(),
                settings
                    .maxSeconds()
                    .map(limit -> String.format(Locale.ROOT, ", none after %.0f s", limit))
                    .orElse(""),
                plan.metric(),
                plan.higherIsBetter() ? "higher" : "lower",
                settings.folds() == 1
                    ? "on the validation rows"
                    : "over %d folds%s: at most %,d trainings"
                        .formatted(
                            settings.folds(),
                            settings
                                .foldBy()
                                .map(by -> " in the order of " + by)
                                .orElse(
                                    settings.repeats() == 1
                                        ? ""
                                        : ", " + settings.repeats() + " times"),
                            (long) groups * plan.trials())));
    plan.warnings().forEach(warning -> out.println("warning: " + warning));
    try {
      text.bind(List.of());
    } catch (ConfigException e) {
      e.problems().forEach(problem -> out.println("note: lockstep train would refuse: " + problem));
    }
  }

  /**
   * Tells the cohorts of the first trials, by the head of the data.
   *
   * @param rows how many of each source
   * @param starts of {@link #starts()}
   * @throws ConfigException with what no trial could be trained with, and which trials
   */
  void examine(LockstepSession session, int rows, StartingModels starts) {
    List<Trial> wave = plan.wave(new History(List.of(), plan.higherIsBetter()), 0);
    List<Trial> all = new ArrayList<>(wave);
    for (Sample sample : plan.space().samples()) { // what the first trials may not have
      all.add(new Trial(all.size(), 0, 0, false, sample.configuration()));
    }
    Map<Integer, String> failures = new TreeMap<>();
    Map<Seating.Shared, List<TrialSeat>> shared = Seating.of(file, all, failures);
    failures.forEach(
        (trial, why) -> {
          if (trial < wave.size()) {
            out.println("warning: trial " + trial + " would fail: " + why);
          }
        });
    Set<String> problems = new LinkedHashSet<>();
    CohortSize size = CohortSize.byMemory(file.engine(), settings.parallel());
    List<String> cohorts = new ArrayList<>();
    try (PreparedData head = PreparedData.head(session, settings.foldPlan(), rows, starts)) {
      for (List<TrialSeat> seats : shared.values()) {
        try {
          RunFile run = seats.get(0).run();
          ShardedData data = head.sharded(PreparedData.Key.of(run, HeldOut.NOTHING));
          problems.addAll(problems(run, data, starts));
          int most = size.most(data, seats);
          cohorts.addAll(
              cohorts(
                  data, seats.stream().filter(one -> one.trial() < wave.size()).toList(), most));
        } catch (ConfigException e) {
          problems.addAll(e.problems());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    String found = cohorts.size() == 1 ? "1 cohort" : "%,d cohorts".formatted(cohorts.size());
    out.println("the first %,d trials are %s:".formatted(wave.size(), found));
    cohorts.forEach(out::println);
  }

  private List<String> problems(RunFile run, ShardedData data, StartingModels starts) {
    List<String> problems = new ArrayList<>(RunChecks.problems(run, data.schema()));
    RunChecks.saysNothing("tune.metric", plan.metric(), run, data.schema())
        .ifPresent(problems::add);
    starts.values(run, data.schema());
    if (settings.folds() > 1 && settings.encode() == Encode.SHARED && !data.scaled().isEmpty()) {
      CohortPlan.units(data, run);
    }
    return problems;
  }

  /**
   * The cohorts of seats that share what a cohort shares, a line each.
   *
   * @param most members that memory holds
   */
  private List<String> cohorts(ShardedData data, List<TrialSeat> seats, int most) {
    List<String> lines = new ArrayList<>();
    int count = (seats.size() + most - 1) / most;
    for (int c = 0; c < count; c++) {
      int from = (int) ((long) c * seats.size() / count);
      int to = (int) ((long) (c + 1) * seats.size() / count);
      RunFile run = seats.get(from).run();
      long trials = seats.subList(from, to).stream().map(TrialSeat::trial).distinct().count();
      lines.add(
          "  %,d members of %,d trials, %,d parameters each%s; %s"
              .formatted(
                  to - from,
                  trials,
                  run.model().layout(data.schema()).size(),
                  count == 1 ? "" : ", of at most %,d that memory holds".formatted(most),
                  data.checkMemory(
                      StateSize.binnedDemand(run, file.engine(), data.schema(), data::rows)
                          .sideBySide(settings.parallel())
                          .of(to - from))));
    }
    return lines;
  }
}
