package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.optim.Solver;
import dev.lockstep.train.Standing;
import dev.lockstep.train.store.Checkpoint;
import dev.lockstep.train.store.IntegrityException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Trials that share data, model and batches, in one training: a member for each of their folds. It
 * is in memory from its first {@link #advance} to its {@link #rest}, and again from the next one
 * on; between them it lies in a checkpoint.
 */
final class TrialCohort implements AutoCloseable {
  /** Iterations between looks at who has ended: solvers that have got there wait for the others. */
  private static final int SOLVER_STRIDE = 10;

  private static final double NANOS = 1e9;

  private final CohortPlan plan;
  private final List<TrialSeat> seats;
  private final double share;
  private final CohortPlaces places;
  private final String place;
  private final TrialProgress progress;
  private final int stride;
  private final Optional<String> from;
  private final Set<Integer> running = new LinkedHashSet<>();
  private Optional<CohortTraining> open = Optional.empty();
  private boolean visited;
  private long nanos;

  /**
   * A cohort before its turn comes.
   *
   * @param seats at least one, of runs that share what a cohort shares
   * @param share of the memory for a cohort that it takes
   * @param from the place whose checkpoint it goes on from; empty for a new one
   * @param progress hears every epoch
   */
  TrialCohort(
      CohortPlan plan,
      List<TrialSeat> seats,
      double share,
      CohortPlaces places,
      Optional<String> from,
      TrialProgress progress) {
    this.plan = plan;
    this.seats = List.copyOf(seats);
    this.share = share;
    this.places = places;
    this.place = places.place(seats.get(0));
    this.from = from;
    this.progress = progress;
    this.stride = seats.get(0).run().optimizer() instanceof Solver ? SOLVER_STRIDE : 1;
    seats.forEach(seat -> running.add(seat.trial()));
  }

  List<TrialSeat> seats() {
    return seats;
  }

  /** The share of the memory for a cohort that it takes. */
  double share() {
    return share;
  }

  /** The trials that still run in it. */
  Collection<Integer> running() {
    return List.copyOf(running);
  }

  /**
   * Trains until all members have ended so many epochs or their training, a few epochs at a time.
   *
   * @param looked called after each few epochs, and where it goes on from there
   * @return whether it was asked to stop; its state was then saved
   */
  boolean advance(int epochs, BooleanSupplier stop, Runnable looked) {
    if (running.isEmpty()) {
      return false;
    }
    if (visited && !isBelow(epochs) || !open()) {
      looked.run();
      return false;
    }
    int reached = inTraining().stream().mapToInt(Standing::epochs).min().orElse(0);
    if (reached % stride == 0 && inTraining().stream().allMatch(one -> one.epochs() == reached)) {
      looked.run();
    }
    for (int mark = (reached / stride + 1) * stride; isBelow(epochs); mark += stride) {
      CohortTraining training = open.orElseThrow();
      boolean stopped = training.advance(Math.min(mark, epochs), stop);
      nanos = training.nanos();
      if (stopped) {
        return true;
      }
      looked.run();
    }
    looked.run();
    return false;
  }

  /** Puts it into memory, unless it is there; false if its trials cannot be trained. */
  private boolean open() {
    if (open.isPresent()) {
      return true;
    }
    List<TrialSeat> sitting =
        seats.stream().filter(seat -> running.contains(seat.trial())).toList();
    try {
      open = Optional.of(new CohortTraining(plan, sitting, places.at(place), progress));
    } catch (ConfigException | DataException e) {
      sitting.forEach(seat -> seat.failed(Failure.of(e).sentence()));
      return false;
    }
    visited = true;
    places.newest(place).or(this::checkpointBefore).ifPresent(open.get()::restore);
    nanos = open.get().nanos();
    return true;
  }

  private Optional<Checkpoint> checkpointBefore() {
    Optional<Checkpoint> found = from.flatMap(places::newest);
    if (from.isPresent() && found.isEmpty()) {
      throw new IntegrityException(from.get() + ": its checkpoints have vanished");
    }
    return found;
  }

  private List<Standing> inTraining() {
    return seats.stream()
        .filter(seat -> running.contains(seat.trial()))
        .map(TrialSeat::standing)
        .filter(Standing::inTraining)
        .toList();
  }

  private boolean isBelow(int epochs) {
    return inTraining().stream().anyMatch(one -> one.epochs() < epochs);
  }

  /** Writes its state: what its trials have come to is not in the journal yet. */
  void save() {
    open.ifPresent(CohortTraining::save);
  }

  /** Leaves the machines to others until the next advance. */
  void release() {
    open.ifPresent(CohortTraining::release);
  }

  /** Writes its state and leaves memory and machines to others until the next advance. */
  void rest() {
    save();
    close();
  }

  /** Ends a trial's seats; the last one ends the cohort, whose checkpoints nobody needs then. */
  void stop(int trial) {
    if (!running.remove(trial)) {
      return; // another thread may be training a cohort that the trial has no seat in
    }
    if (running.isEmpty()) {
      close();
      places.delete(place);
    } else {
      open.ifPresent(training -> training.stop(trial));
    }
  }

  /** Seconds of training so far. */
  double seconds() {
    return nanos / NANOS;
  }

  @Override
  public void close() {
    open.ifPresent(CohortTraining::close);
    open = Optional.empty();
  }
}
