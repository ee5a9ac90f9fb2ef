package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.optim.Solver;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.Ending;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.MemberResult;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.Rescaling;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** Trials that share data, model and batches, in one training: a member for each of their folds. */
final class TrialCohort implements AutoCloseable {
  /** Iterations between looks at who has ended: solvers that have got there wait for the others. */
  private static final int SOLVER_STRIDE = 10;

  private static final double NANOS = 1e9;

  private final List<TrialSeat> seats;
  private final Cluster cluster;
  private final Training training;
  private final TrainingListener progress;
  private final int stride;
  private TrainingResult result;
  private long nanos;

  /**
   * What a cohort is made of.
   *
   * @param file the study's file
   * @param data the shared rows
   * @param moments of their folds; empty where nothing is rescaled
   * @param watched whether somebody looks at each epoch's evaluation
   */
  record Setting(
      StudyFile file, ShardedData data, Optional<FoldMoments> moments, boolean watched) {}

  /**
   * A cohort before its first step. One that trains beside others takes the engine of jobs: a gang
   * would keep all slots.
   *
   * @param seats at least one, of runs that share what a cohort shares
   * @param progress hears every epoch
   */
  TrialCohort(Setting setting, List<TrialSeat> seats, TrainingListener progress) {
    this.seats = List.copyOf(seats);
    this.progress = progress;
    RunFile first = seats.get(0).run();
    this.stride = first.optimizer() instanceof Solver ? SOLVER_STRIDE : 1;
    List<MemberSettings> members = new ArrayList<>();
    seats.forEach(seat -> members.add(member(setting, seat)));
    TrainingPlan plan =
        new TrainingPlan(
            first.model(),
            members,
            first.train(),
            first.checkpoint(),
            first.seed(),
            ModelFiles.start(first, setting.data().schema()));
    this.cluster =
        setting.file().plan().settings().parallel() > 1
            ? setting.data().cluster(first.model(), first.metrics())
            : setting.file().run().engine().open(setting.data(), first);
    try {
      this.training = new Training(plan, cluster, new Epochs(), Checkpointer.NONE);
      this.result = training.result();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static MemberSettings member(Setting setting, TrialSeat seat) {
    RunFile run = seat.run();
    MemberSettings plain = run.member();
    return new MemberSettings(
        plain.optimizer(),
        plain.schedule(),
        plain.regularization(),
        plain.gradient(),
        plain.seed(),
        Optional.of(budget(setting, run)),
        seat.heldOut(),
        rescaling(setting, seat));
  }

  /** An evaluation that nobody looks at is left out; the last one never is. */
  private static TrainSettings budget(Setting setting, RunFile run) {
    OptionalInt epochs = setting.file().plan().epochs();
    TrainSettings budget =
        epochs.isPresent() ? run.train().forEpochs(epochs.getAsInt()) : run.train();
    boolean unwatched =
        !setting.watched() && run.optimizer() instanceof Solver && budget.earlyStopping().isEmpty();
    return unwatched ? budget.evaluatedEvery(Integer.MAX_VALUE) : budget;
  }

  private static Optional<Rescaling> rescaling(Setting setting, TrialSeat seat) {
    if (setting.moments().isEmpty() || seat.heldOut() == HeldOut.NOTHING) {
      return Optional.empty();
    }
    ShardedData data = setting.data();
    var units = seat.run().model().inputUnits(data.schema());
    boolean centred = data.scaled().stream().anyMatch(range -> range.centred());
    if (units.isEmpty() || centred && units.stream().anyMatch(unit -> unit.bias().isEmpty())) {
      throw new ConfigException(
          "tune.encode = shared gives each fold the mean of its own rows through the intercept,"
              + " which this model does not have: set model.intercept = true, encode = scale in"
              + " place of standardize, or tune.encode = per_fold");
    }
    return Optional.of(setting.moments().get().rescaling(seat.heldOut(), data.scaled(), units));
  }

  List<TrialSeat> seats() {
    return seats;
  }

  /**
   * Trains until all members have ended so many epochs or their training, a few epochs at a time.
   *
   * @param looked called after each few epochs
   * @return whether it was asked to stop
   */
  boolean advance(int epochs, BooleanSupplier stop, Runnable looked) {
    int reached =
        result.members().stream()
            .filter(member -> member.ending() == Ending.NONE)
            .mapToInt(MemberResult::epochs)
            .min()
            .orElse(0);
    for (int mark = reached + stride; inTraining(epochs); mark += stride) {
      long start = System.nanoTime();
      try {
        result = training.advance(Math.min(mark, epochs), stop);
      } catch (DivergedException e) {
        result = training.result();
        seats.stream()
            .filter(seat -> seat.trouble().isEmpty())
            .forEach(seat -> seat.diverged(e.getMessage()));
      }
      nanos += System.nanoTime() - start;
      if (result.stopped()) {
        return true;
      }
      looked.run();
    }
    return false;
  }

  private boolean inTraining(int epochs) {
    return result.members().stream()
        .anyMatch(member -> member.ending() == Ending.NONE && member.epochs() < epochs);
  }

  /** Gives the machines to others until the next advance. */
  void release() {
    cluster.release();
  }

  /** Ends the seats of a trial. */
  void stop(int trial) {
    boolean sits = false;
    for (int k = 0; k < seats.size(); k++) {
      if (seats.get(k).trial() == trial) {
        training.prune(k);
        sits = true;
      }
    }
    if (sits) { // another thread may be training a cohort that the trial has no seat in
      result = training.result();
    }
  }

  /** How a seat stands. */
  MemberResult member(TrialSeat seat) {
    return result.members().get(seats.indexOf(seat));
  }

  /** Seconds of training so far. */
  double seconds() {
    return nanos / NANOS;
  }

  @Override
  public void close() {
    cluster.close();
  }

  private final class Epochs implements TrainingListener {
    @Override
    public void onEpoch(EpochReport report) {
      seats.get(report.member()).observe(report);
      progress.onEpoch(report);
    }

    @Override
    public void onDiverged(int member, DivergedException reason) {
      seats.get(member).diverged(reason.getMessage());
    }
  }
}
