package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.Position;
import dev.lockstep.train.Standing;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.store.Checkpoint;
import dev.lockstep.train.store.Checkpoints;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** A cohort while it is in memory: its training, its machines, and its seats, one a member. */
final class CohortTraining implements AutoCloseable {
  /**
   * Left to itself, a cohort saves no more often than this: a save is to cost less than it saves.
   */
  private static final long LEAST_NANOS_BETWEEN_SAVES = 1_000_000_000;

  private static final String NANOS = "nanos";

  private final List<TrialSeat> seats;
  private final Checkpoints checkpoints;
  private final TrialProgress progress;
  private final Cluster cluster;
  private final Training training;
  private long nanosBefore;
  private long savedNanos;
  private OptionalLong since = OptionalLong.empty();

  /**
   * A cohort before its first step.
   *
   * @param checkpoints where its states go
   * @param progress hears every epoch
   */
  CohortTraining(
      CohortPlan plan, List<TrialSeat> seats, Checkpoints checkpoints, TrialProgress progress) {
    this.seats = List.copyOf(seats);
    this.checkpoints = checkpoints;
    this.progress = progress;
    this.cluster = plan.cluster(seats);
    try {
      Saving saving = new Saving(seats.get(0).run().checkpoint());
      this.training =
          new Training(plan.training(seats), cluster, new Epochs(), saving, plan.precision(seats));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Goes on from a checkpoint of a cohort that had these seats, and perhaps others. */
  void restore(Checkpoint checkpoint) {
    Map<TrialSeat.Id, CohortPlaces.Member> members = CohortPlaces.members(checkpoint.meta());
    List<Integer> from = new ArrayList<>();
    for (TrialSeat seat : seats) {
      CohortPlaces.Member member = members.get(seat.id());
      if (member == null) {
        throw new IntegrityException("the checkpoint of a cohort lacks the seat " + seat.id());
      }
      seat.restore(prefix(member.number()), checkpoint.tensors());
      seat.diverged(member.trouble());
      if (!member.failure().isEmpty()) {
        seat.failed(member.failure());
      }
      from.add(member.number());
    }
    training.restore(checkpoint.tensors(), from);
    nanosBefore = checkpoint.meta().path(NANOS).asLong();
    savedNanos = nanosBefore;
    look();
  }

  /**
   * Trains until every member has ended so many epochs, or its training.
   *
   * @return whether it was asked to stop; its state was then saved
   */
  boolean advance(int epochs, BooleanSupplier stop) {
    since = OptionalLong.of(System.nanoTime());
    try {
      return training.advance(epochs, stop);
    } catch (DivergedException e) {
      seats.stream()
          .filter(seat -> seat.trouble().isEmpty())
          .forEach(seat -> seat.diverged(e.getMessage()));
      return false;
    } finally {
      nanosBefore = nanos();
      since = OptionalLong.empty();
      look();
    }
  }

  private void look() {
    List<Standing> standings = training.standings();
    for (int k = 0; k < seats.size(); k++) {
      seats.get(k).stand(standings.get(k));
    }
  }

  /** Ends the members of a trial. */
  void stop(int trial) {
    for (int k = 0; k < seats.size(); k++) {
      if (seats.get(k).trial() == trial) {
        training.prune(k);
      }
    }
    look();
  }

  /** Saves its state, unless that is saved already. */
  void save() {
    training.save();
  }

  /** Gives the machines to others until the next advance. */
  void release() {
    cluster.release();
  }

  /** Nanoseconds of training so far, those before its checkpoint included. */
  long nanos() {
    return nanosBefore + (since.isPresent() ? System.nanoTime() - since.getAsLong() : 0);
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static String prefix(int member) {
    return "seat." + member + ".";
  }

  private final class Epochs implements TrainingListener {
    @Override
    public void onEpoch(EpochReport report) {
      TrialSeat seat = seats.get(report.member());
      seat.observe(report);
      progress.onEpoch(seat, report);
    }

    @Override
    public void onDiverged(int member, DivergedException reason) {
      seats.get(member).diverged(reason.getMessage());
    }

    @Override
    public void onFailed(int member, RuntimeException reason) {
      TrialSeat seat = seats.get(member);
      seat.failed("fold %d: %s".formatted(seat.id().fold(), Failure.of(reason).sentence()));
    }
  }

  private final class Saving implements Checkpointer {
    private final boolean asWritten;

    Saving(CheckpointSettings settings) {
      asWritten = settings.everyEpochs().isPresent() || settings.everySteps().isPresent();
    }

    @Override
    public boolean keeps(boolean stopped) {
      return stopped || asWritten || nanos() - savedNanos >= LEAST_NANOS_BETWEEN_SAVES;
    }

    @Override
    public void save(Position position, Collection<Tensor> state) {
      List<Tensor> all = new ArrayList<>(state);
      savedNanos = nanos();
      ObjectNode meta = Results.object().put(NANOS, savedNanos);
      CohortPlaces.putSeats(meta, seats);
      for (int k = 0; k < seats.size(); k++) {
        all.addAll(seats.get(k).save(prefix(k)));
      }
      checkpoints.save(position.step(), all, meta);
    }
  }
}
