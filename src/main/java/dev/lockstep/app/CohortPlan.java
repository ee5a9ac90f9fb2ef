package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Model.InputUnit;
import dev.lockstep.optim.Solver;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.Rescaling;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the cohorts of trials that share data, model and batches are made of.
 *
 * @param file the study's file
 * @param engine of all its cohorts
 * @param data the shared rows
 * @param moments of their folds; empty where nothing is rescaled
 * @param starts where the models are that they start from
 */
record CohortPlan(
    StudyFile file,
    EngineSettings engine,
    ShardedData data,
    Optional<FoldMoments> moments,
    StartingModels starts) {
  /** Machines for seats that share what a cohort shares; the caller closes them. */
  Cluster cluster(List<TrialSeat> seats) {
    return engine.open(data, seats.get(0).run());
  }

  /** The training of seats, a member for each. */
  TrainingPlan training(List<TrialSeat> seats) {
    RunFile first = seats.get(0).run();
    List<MemberSettings> members = new ArrayList<>();
    Map<Integer, Optional<Rescaling>> rescalings = new HashMap<>(); // one for all of a fold
    for (TrialSeat seat : seats) {
      members.add(
          member(seat, rescalings.computeIfAbsent(seat.heldOut(), fold -> rescaling(first, fold))));
    }
    return new TrainingPlan(
        first.model(),
        members,
        first.train(),
        first.checkpoint(),
        first.seed(),
        starts.values(first, data.schema()),
        OptionalInt.empty(),
        first.engine().exchange());
  }

  /** Nobody looks at more than the study's metric, and those that stop members early. */
  Precision precision(List<TrialSeat> seats) {
    List<String> metrics = new ArrayList<>(List.of(file.plan().metric()));
    seats.forEach(
        seat -> seat.run().train().earlyStopping().ifPresent(watch -> metrics.add(watch.metric())));
    return Metrics.precisionFor(metrics);
  }

  private MemberSettings member(TrialSeat seat, Optional<Rescaling> rescaling) {
    MemberSettings plain = seat.run().member();
    return new MemberSettings(
        plain.optimizer(),
        plain.schedule(),
        plain.regularization(),
        plain.gradient(),
        plain.seed(),
        Optional.of(budget(seat.run())),
        seat.heldOut(),
        rescaling);
  }

  /** An evaluation that nobody looks at is left out; the last one never is. */
  private TrainSettings budget(RunFile run) {
    boolean watched =
        file.plan().epochs().isPresent() || file.plan().settings().pruner().isPresent();
    TrainSettings budget = file.budget(run);
    boolean unwatched =
        !watched && run.optimizer() instanceof Solver && budget.earlyStopping().isEmpty();
    return unwatched ? budget.evaluatedEvery(Integer.MAX_VALUE) : budget;
  }

  private Optional<Rescaling> rescaling(RunFile run, int heldOut) {
    if (moments.isEmpty() || heldOut == HeldOut.NOTHING) {
      return Optional.empty();
    }
    var units = units(data, run);
    int features = data.schema().features();
    return Optional.of(moments.get().rescaling(heldOut, data.scaled(), features, units));
  }

  /**
   * Where features enter a model whose members are rescaled.
   *
   * @throws ConfigException if it cannot be rescaled
   */
  static List<InputUnit> units(ShardedData data, RunFile run) {
    return units(run.model(), data.schema(), data.scaled());
  }

  /** The same of a model whose scaled features are known. */
  static List<InputUnit> units(Model model, Schema schema, List<ScaledRange> scaled) {
    List<InputUnit> units = model.inputUnits(schema);
    if (units.isEmpty()) {
      throw new ConfigException(
          "tune.encode = shared gives each fold the mean and scale of its own rows through the first"
              + " layer, which this model trains in another form: set tune.encode = per_fold");
    }
    boolean centred = scaled.stream().anyMatch(range -> range.centred());
    if (centred && units.stream().anyMatch(unit -> unit.bias().isEmpty())) {
      throw new ConfigException(
          "tune.encode = shared gives each fold the mean of its own rows through the intercept,"
              + " which this model does not have: set model.intercept = true, encode = scale in"
              + " place of standardize, or tune.encode = per_fold");
    }
    return units;
  }
}
