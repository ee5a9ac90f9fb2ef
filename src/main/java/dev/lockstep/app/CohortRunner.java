package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.tune.TrialRunner;
import dev.lockstep.tune.strategy.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Trains the trials of a study: those that share data, model and batches as members of one cohort,
 * as large as memory allows; cohorts one after another, or several at a time.
 */
final class CohortRunner implements TrialRunner {
  private final StudyFile file;
  private final Supplier<PreparedData> ground;
  private final BooleanSupplier stop;
  private final TrainingListener progress;
  private final Map<PreparedData.Key, FoldMoments> moments = new HashMap<>();

  /**
   * A runner.
   *
   * @param ground gives the rows; asked when trials start
   * @param stop asks it to stop, looked at after each step
   * @param progress hears every epoch of every member
   */
  CohortRunner(
      StudyFile file,
      Supplier<PreparedData> ground,
      BooleanSupplier stop,
      TrainingListener progress) {
    this.file = file;
    this.ground = ground;
    this.stop = stop;
    this.progress = progress;
  }

  @Override
  public Running start(List<Trial> trials) {
    Map<Integer, String> failures = new TreeMap<>();
    Map<Seating.Shared, List<TrialSeat>> shared = Seating.of(file, trials, failures);
    ground
        .get()
        .keepOnly(shared.keySet().stream().map(Seating.Shared::data).collect(Collectors.toSet()));
    List<TrialCohort> cohorts = new ArrayList<>();
    try {
      shared.forEach((common, seats) -> open(common, seats, failures, cohorts));
    } catch (RuntimeException e) {
      cohorts.forEach(TrialCohort::close);
      throw e;
    }
    return new RunningTrials(trials, cohorts, failures, stop, file.plan().settings().parallel());
  }

  /** Opens cohorts; what cannot be trained fails with its trials, not with the study. */
  private void open(
      Seating.Shared common,
      List<TrialSeat> seats,
      Map<Integer, String> failures,
      List<TrialCohort> cohorts) {
    if (stop.getAsBoolean()) {
      throw new StudyStoppedException();
    }
    try {
      open(common, seats, cohorts);
    } catch (ConfigException | DataException e) {
      seats.forEach(seat -> failures.put(seat.trial(), Failure.of(e).sentence()));
    }
  }

  /** The cohorts of seats that could share one, if memory allowed. */
  private void open(Seating.Shared common, List<TrialSeat> seats, List<TrialCohort> cohorts) {
    ShardedData rows = ground.get().sharded(common.data());
    RunFile first = seats.get(0).run();
    List<String> problems = RunChecks.problems(first, rows.schema());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    boolean watched =
        file.plan().settings().pruner().isPresent() || file.plan().epochs().isPresent();
    TrialCohort.Setting setting =
        new TrialCohort.Setting(file, rows, moments(common.data(), rows, first), watched);
    int most = CohortSize.most(rows, seats);
    int count = (seats.size() + most - 1) / most;
    for (int c = 0; c < count; c++) {
      int from = (int) ((long) c * seats.size() / count);
      int to = (int) ((long) (c + 1) * seats.size() / count);
      cohorts.add(new TrialCohort(setting, seats.subList(from, to), progress));
    }
  }

  private Optional<FoldMoments> moments(PreparedData.Key key, ShardedData rows, RunFile run) {
    int folds = file.plan().settings().folds();
    if (folds == 1 || key.heldOut() != HeldOut.NOTHING || rows.scaled().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        moments.computeIfAbsent(
            key,
            missing -> {
              try (Cluster cluster = rows.cluster(run.model(), run.metrics())) {
                return cluster.moments(file.plan().settings().repeats(), folds);
              }
            }));
  }
}
