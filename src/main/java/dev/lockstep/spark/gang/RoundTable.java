package dev.lockstep.spark.gang;

import dev.lockstep.math.IdleThreads;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.spark.engine.RoundWork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where the driver and the tasks of one gang meet: the driver opens a round, tasks take it and
 * leave their sums, the driver takes the whole. What comes twice, late or unasked changes nothing.
 * Safe for threads; one driver thread.
 */
final class RoundTable {
  private static final long LONGEST_WAIT_MILLIS = 1000;

  private final int shards;
  private final Map<String, Consumer<Optional<Round>>> waiting = new LinkedHashMap<>();
  private volatile Round open;
  private volatile boolean complete;
  private volatile boolean ended;
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile Optional<Throwable> lost = Optional.empty();
  private volatile Optional<Gather> gather = Optional.empty();
  private Cover cover;

  /**
   * A table without a round.
   *
   * @param shards S
   */
  RoundTable(int shards) {
    this.shards = shards;
  }

  /** Opens a round and hands it to all who wait. */
  void open(Round round) {
    List<Consumer<Optional<Round>>> served;
    synchronized (this) {
      cover = new Cover(shards, round.work());
      complete = false;
      failure = Optional.empty();
      lost = Optional.empty();
      open = round;
      gather =
          round.work() instanceof GradientWork work
              ? Optional.of(new Gather(shards, round, work))
              : Optional.empty();
      served = List.copyOf(waiting.values());
      waiting.clear();
      notifyAll();
    }
    served.forEach(each -> each.accept(Optional.of(round)));
  }

  /** Ends all rounds: who waits, or comes later, is told so by an empty answer. */
  void end() {
    List<Consumer<Optional<Round>>> served;
    synchronized (this) {
      ended = true;
      served = List.copyOf(waiting.values());
      waiting.clear();
      notifyAll();
    }
    served.forEach(each -> each.accept(Optional.empty()));
  }

  /** Whether the rounds have ended. */
  boolean ended() {
    return ended;
  }

  /** The open round, if there is one. */
  Optional<Round> current() {
    return ended ? Optional.empty() : Optional.ofNullable(open);
  }

  /**
   * Answers with the open round if it comes after {@code last}, else with the next one when it is
   * opened, or with nothing at the end; from the thread that opens it.
   *
   * @param who asks; its earlier question, if it still waits, is forgotten
   */
  void whenAfter(String who, long last, Consumer<Optional<Round>> answer) {
    Optional<Round> now;
    synchronized (this) {
      if (!ended && !isAfter(open, last)) {
        waiting.put(who, answer);
        return;
      }
      now = current();
    }
    answer.accept(now);
  }

  /**
   * Waits in this thread for a round after {@code last}; empty at the end.
   *
   * @param spinNanos how long to stay awake for it, and for what others share
   */
  Optional<Round> await(long last, long spinNanos) throws InterruptedException {
    if (spinNanos > 0) {
      IdleThreads.await(() -> ended || isAfter(open, last), spinNanos);
    }
    if (!ended && !isAfter(open, last)) {
      synchronized (this) {
        while (!ended && !isAfter(open, last)) {
          wait(LONGEST_WAIT_MILLIS);
        }
      }
    }
    return current();
  }

  private static boolean isAfter(Round round, long last) {
    return round != null && round.number() > last;
  }

  /**
   * Leaves the sum of a subtree. Where it cannot be taken in, as where memory runs out, the round
   * is never complete, and {@link #lost} tells the driver.
   *
   * @return whether it was of the open round
   */
  synchronized boolean leave(long round, Subtotal sum) {
    if (ended || open == null || open.number() != round || sum.range().to() > shards) {
      return false;
    }
    try {
      if (cover.leave(sum)) {
        complete = true;
        notifyAll();
      }
    } catch (RuntimeException | Error e) {
      lost = Optional.of(e);
      notifyAll();
      throw e;
    }
    return true;
  }

  /** Why a sum of the open round is lost, so that only another table can complete it. */
  Optional<Throwable> lost() {
    return lost;
  }

  /** Where the parts of gradient sums of a round are left, if it is the open one. */
  Optional<Gather> gather(long round) {
    return gather.filter(each -> each.round() == round);
  }

  /**
   * Leaves what another process sent: a part of a gradient sum, or another sum. The sender would
   * not hear of a failure, as where memory runs out, so {@link #awaitComplete} tells the driver.
   *
   * @param sent reads it; what it throws is thrown, but for errors
   */
  void leaveSent(long round, Supplier<SumCodec.Piece> sent) {
    SumCodec.Piece piece;
    try {
      piece = sent.get();
    } catch (Error e) {
      fail(round, e);
      return;
    }
    try {
      Optional<Gather> parts = gather(round);
      if (parts.isPresent()) {
        parts.get().leave(piece.part(), piece.sum()).ifPresent(whole -> leave(round, whole));
      } else {
        leave(round, piece.sum());
      }
    } catch (RuntimeException | Error e) {
      fail(round, e);
    }
  }

  private synchronized void fail(long round, Throwable why) {
    if (open != null && open.number() == round && failure.isEmpty()) {
      failure = Optional.of(why);
      notifyAll();
    }
  }

  /**
   * Waits for all shards to answer, or to be woken.
   *
   * @param spinNanos how long to stay awake for it, and for what others share
   * @param millis how long to wait at most
   * @throws IllegalStateException if a sum that was sent could not be taken in
   */
  boolean awaitComplete(long spinNanos, long millis) throws InterruptedException {
    if (spinNanos > 0) {
      IdleThreads.await(this::isDecided, spinNanos);
    }
    if (!isDecided()) {
      synchronized (this) {
        if (!isDecided()) {
          wait(millis);
        }
      }
    }
    if (!complete && failure.isPresent()) {
      throw new IllegalStateException(
          "a sum of round %d could not be taken in".formatted(open.number()), failure.get());
    }
    return complete;
  }

  private boolean isDecided() {
    return complete || failure.isPresent() || lost.isPresent();
  }

  /** Wakes the driver to look around. */
  synchronized void wake() {
    notifyAll();
  }

  /** Whether a shard has answered in the open round. */
  synchronized boolean hasAnswered(int shard) {
    return open != null && cover.hasAnswered(shard)
        || gather.filter(each -> each.hasAnswered(shard)).isPresent();
  }

  /** The sum of all shards of a round that is complete. */
  @SuppressWarnings("unchecked")
  synchronized <T> T total(RoundWork<T> work) {
    return (T) cover.total();
  }
}
