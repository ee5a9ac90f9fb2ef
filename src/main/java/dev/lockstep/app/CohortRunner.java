package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.HeldOut;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.tune.TrialRunner;
import dev.lockstep.tune.strategy.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Trains the trials of a study: those that share data, model and batches as members of one cohort,
 * as large as memory allows; cohorts one after another, or several at a time.
 */
final class CohortRunner implements TrialRunner {
  private final StudyFile file;
  private final StudyGround ground;
  private final CohortSize size;
  private final TrialProgress progress;
  private final Map<PreparedData.Key, FoldMoments> moments = new HashMap<>();

  /**
   * A runner.
   *
   * @param ground gives the rows; asked when trials start
   * @param size of a cohort
   * @param progress hears every epoch of every member
   */
  CohortRunner(StudyFile file, StudyGround ground, CohortSize size, TrialProgress progress) {
    this.file = file;
    this.ground = ground;
    this.size = size;
    this.progress = progress;
  }

  @Override
  public Running start(List<Trial> trials) {
    Map<Integer, String> failures = new TreeMap<>();
    Map<Seating.Shared, List<TrialSeat>> shared = Seating.of(file, trials, failures);
    shared.values().forEach(seats -> ground.starts().require(seats.get(0).run()));
    PreparedData data = ground.data();
    data.keepOnly(shared.keySet().stream().map(Seating.Shared::data).collect(Collectors.toSet()));
    if (!file.variesRows()) {
      // What all trials would fail with refuses the study, which may then be mended and run again.
      shared.keySet().forEach(common -> data.sharded(common.data()));
    }
    ground.begin();
    List<TrialSeat> all = shared.values().stream().flatMap(List::stream).toList();
    Map<TrialSeat.Id, String> places =
        ground.places().find(all.stream().map(TrialSeat::id).collect(Collectors.toSet()));
    if (!places.isEmpty()) {
      say("%d of %d members go on from checkpoints".formatted(places.size(), all.size()));
    }
    List<TrialCohort> cohorts = new ArrayList<>();
    shared.forEach(
        (common, seats) -> {
          try {
            cohorts.addAll(cohorts(common, seats, places));
          } catch (ConfigException | DataException e) {
            // What cannot be trained fails with its trials, not with the study.
            seats.forEach(seat -> failures.put(seat.trial(), Failure.of(e).sentence()));
          }
        });
    return new RunningTrials(
        trials,
        cohorts,
        failures,
        ground.places(),
        ground.options().stop(),
        file.plan().settings().parallel());
  }

  private void say(String sentence) {
    ground.options().out().println(sentence);
  }

  /**
   * The cohorts of seats that could share one, if memory allowed and all went on from one place.
   */
  private List<TrialCohort> cohorts(
      Seating.Shared common, List<TrialSeat> seats, Map<TrialSeat.Id, String> places) {
    ShardedData rows = ground.data().sharded(common.data());
    RunFile first = seats.get(0).run();
    List<String> problems = RunChecks.problems(first, rows.schema());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    CohortPlan plan =
        new CohortPlan(
            file, file.engine(), rows, moments(common.data(), rows, first), ground.starts());
    Map<Optional<String>, List<TrialSeat>> origins = new LinkedHashMap<>();
    for (TrialSeat seat : seats) {
      Optional<String> from = Optional.ofNullable(places.get(seat.id()));
      origins.computeIfAbsent(from, none -> new ArrayList<>()).add(seat);
    }
    int most = size.most(rows, seats);
    List<TrialCohort> cohorts = new ArrayList<>();
    origins.forEach(
        (from, together) -> {
          int count = 1 + (together.size() - 1) / most;
          for (int c = 0; c < count; c++) {
            int begin = (int) ((long) c * together.size() / count);
            int end = (int) ((long) (c + 1) * together.size() / count);
            double share = (end - begin) / (double) most;
            cohorts.add(
                new TrialCohort(
                    plan, together.subList(begin, end), share, ground.places(), from, progress));
          }
        });
    return cohorts;
  }

  private Optional<FoldMoments> moments(PreparedData.Key key, ShardedData rows, RunFile run) {
    FoldPlan folds = file.plan().settings().foldPlan();
    if (folds.trainings() == 0 || key.heldOut() != HeldOut.NOTHING || rows.scaled().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        moments.computeIfAbsent(
            key,
            missing -> {
              try (Cluster cluster = rows.cluster(run.model(), run.metrics())) {
                return cluster.moments(folds.repeats(), folds.parts(), rows.scaled());
              }
            }));
  }
}
