package dev.lockstep.spark.gang;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * A gang in local mode: tasks and driver meet at one table, without sockets or copies. The first
 * group's task lends its work to the driver's thread, which would only wait otherwise: there are as
 * many threads awake as cores, so they may stay awake between rounds, which makes a round cost
 * microseconds; and what the driver does with long vectors meanwhile, they share ({@link
 * dev.lockstep.math.IdleThreads}).
 */
final class LocalGang {
  private static final Map<UUID, LocalGang> OPEN = new ConcurrentHashMap<>();
  private static final int LENDER = 0;

  private final UUID gang;
  private final RoundTable table;
  private final Attendance attendance;
  private volatile Loan lent;

  /** The work of a task, lent until the gang ends. */
  private static final class Loan {
    private final Function<Round, List<Subtotal>> work;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long done = -1;
    private boolean returned;

    Loan(Function<Round, List<Subtotal>> work) {
      this.work = work;
    }

    /** Does the work of a round once, unless the task has it back. */
    synchronized void help(Round round, RoundTable table) {
      if (returned || done >= round.number()) {
        return;
      }
      done = round.number();
      try {
        for (Subtotal sum : work.apply(round)) {
          table.leave(round.number(), sum);
        }
      } catch (Throwable e) { // it is the task's, and Spark decides about it
        end.completeExceptionally(e);
      }
    }

    /**
     * Gives the work back, after the round that is under way: the task then frees what it holds.
     */
    synchronized void giveBack() {
      returned = true;
    }
  }

  private LocalGang(UUID gang, RoundTable table, Attendance attendance) {
    this.gang = gang;
    this.table = table;
    this.attendance = attendance;
  }

  /** Opens a gang for tasks of this JVM. */
  static LocalGang open(UUID gang, RoundTable table, Attendance attendance) {
    LocalGang opened = new LocalGang(gang, table, attendance);
    OPEN.put(gang, opened);
    return opened;
  }

  /** Lets no more tasks in, and gives back what was lent. */
  void close() {
    OPEN.remove(gang);
    Loan loan = lent;
    if (loan != null) {
      loan.end.complete(null);
    }
  }

  /** The place of a task, given by its group and attempt; empty if the gang has ended. */
  static Optional<Seat> seat(UUID gang, int group, long attempt) {
    LocalGang found = OPEN.get(gang);
    if (found == null) {
      return Optional.empty();
    }
    found.attendance.here(group, attempt, "driver");
    return Optional.of(group == LENDER ? found.new Lender() : found.new Worker());
  }

  /** In the driver's thread: does the lent part of the open round, once. */
  void help() {
    Loan loan = lent;
    Optional<Round> round = table.current();
    if (loan != null && round.isPresent()) {
      loan.help(round.get(), table);
    }
  }

  /** A task that works in its own thread. */
  private final class Worker implements Seat {
    @Override
    public void serve(Function<Round, List<Subtotal>> work) throws InterruptedException {
      Optional<Round> round = table.await(-1, 0);
      while (round.isPresent()) {
        long number = round.get().number();
        for (Subtotal sum : work.apply(round.get())) {
          table.leave(number, sum);
        }
        round = table.await(number, Gang.SPIN_NANOS);
      }
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  /** A task whose work the driver's thread does. */
  private final class Lender implements Seat {
    private Loan loan;

    @Override
    public void serve(Function<Round, List<Subtotal>> work) throws InterruptedException {
      loan = new Loan(work);
      lent = loan;
      table.wake();
      if (table.ended()) {
        return;
      }
      try {
        loan.end.get();
      } catch (ExecutionException e) {
        throw unchecked(e.getCause());
      } finally {
        loan.giveBack();
      }
    }

    private static RuntimeException unchecked(Throwable cause) {
      if (cause instanceof Error error) {
        throw error;
      }
      return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    @Override
    public void close() {
      if (lent == loan) {
        lent = null;
      }
    }
  }
}
