package dev.lockstep.spark.gang;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the tasks of one executor meet: their sums are combined where the fixed tree allows, the
 * last of them to finish sends them and brings the next round for all. If one of them dies, the
 * others go on without it. Safe for threads.
 */
final class Hub {
  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
  private static final Map<UUID, Hub> OPEN = new ConcurrentHashMap<>();
  private static final long LONGEST_WAIT_MILLIS = 1000;
  private static final long SIGN_OF_LIFE_SECONDS = 5;

  private final GangAddress address;
  private final int shards;
  private final DriverLine line;
  private final ScheduledExecutorService signs;
  private final Map<Long, Integer> seats = new HashMap<>(); // group by attempt
  private final Set<Long> working = new HashSet<>();
  private final Set<Long> waiting = new HashSet<>();
  private final TreeMap<Integer, Subtotal> sums = new TreeMap<>();
  private Optional<Round> latest = Optional.empty();
  private Optional<Round> point = Optional.empty(); // the last one that others follow by changes
  private boolean unsent;
  private int talking;
  private boolean ended;

  /** How adding sums failed, if it did: some are added to others then, and count nowhere else. */
  private Optional<Throwable> broken = Optional.empty();

  private Hub(GangAddress address, int shards) {
    this.address = address;
    this.shards = shards;
    this.line = new DriverLine(address);
    this.signs =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "lockstep-gang-sign-of-life");
              thread.setDaemon(true);
              return thread;
            });
    signs.scheduleAtFixedRate(
        this::signOfLife, SIGN_OF_LIFE_SECONDS, SIGN_OF_LIFE_SECONDS, TimeUnit.SECONDS);
  }

  /** The place of a task of this executor. */
  static Seat seat(GangAddress address, int shards, int group, TaskContext task) {
    Hub[] joined = new Hub[1];
    OPEN.compute(
        address.gang(),
        (gang, known) -> {
          joined[0] = known == null || known.isBroken() ? new Hub(address, shards) : known;
          joined[0].join(group, task.taskAttemptId());
          return joined[0];
        });
    joined[0].line.here(group, task.taskAttemptId());
    return new HubSeat(joined[0], group, task);
  }

  private synchronized void join(int group, long attempt) {
    seats.put(attempt, group);
  }

  private synchronized boolean isBroken() {
    return broken.isPresent();
  }

  /** A hub that broke may have a successor, which stays. */
  private void leave(long attempt) {
    OPEN.compute(
        address.gang(),
        (gang, hub) -> {
          if (!left(attempt)) {
            return hub;
          }
          signs.shutdownNow();
          return hub == this ? null : hub;
        });
  }

  /** Whether the one who leaves was the last. */
  private synchronized boolean left(long attempt) {
    seats.remove(attempt);
    working.remove(attempt);
    waiting.remove(attempt);
    notifyAll();
    return seats.isEmpty();
  }

  private synchronized Map<Long, Integer> seats() {
    return Map.copyOf(seats);
  }

  private void signOfLife() {
    try {
      seats().forEach((attempt, group) -> line.here(group, attempt));
    } catch (RuntimeException e) { // the next one may get through; questions tell if none does
      LOG.debug("no sign of life was sent", e);
    }
  }

  /** The first round of a task. */
  private Optional<Round> first(int group, long attempt) {
    DriverLine.Failures failures = new DriverLine.Failures();
    DriverLine.Question question =
        line.question(group, attempt, Optional.empty(), point(), List.of());
    Optional<DriverLine.Answer> answer = Optional.empty();
    while (answer.isEmpty()) {
      answer = line.ask(question, failures);
    }
    return received(attempt, answer.get());
  }

  /** Takes an answer in for everyone; the round that the task goes on with. */
  private synchronized Optional<Round> received(long attempt, DriverLine.Answer answer) {
    publish(answer.round());
    return go(attempt);
  }

  private void publish(Optional<Round> next) {
    if (next.isEmpty()) {
      ended = true;
    } else if (next.get().number() > number()) {
      latest = next;
      point = next.filter(Round::isFollowed).or(() -> point);
      sums.clear();
      unsent = false;
      working.clear();
      working.addAll(waiting);
    }
    notifyAll();
  }

  private synchronized Optional<Round> point() {
    return point;
  }

  private long number() {
    return latest.map(Round::number).orElse(-1L);
  }

  private Optional<Round> go(long attempt) {
    waiting.remove(attempt);
    if (ended) {
      return Optional.empty();
    }
    working.add(attempt);
    return latest;
  }

  /** Hands in a task's sums of a round; the next round, or nothing at the end. */
  private Optional<Round> exchange(int group, long attempt, Round done, List<Subtotal> found)
      throws InterruptedException {
    DriverLine.Failures failures = new DriverLine.Failures();
    handIn(attempt, done, found);
    while (true) {
      DriverLine.Question question;
      synchronized (this) {
        if (ended || number() > done.number()) {
          return go(attempt);
        }
        requireWhole();
        if (!working.isEmpty() || (talking > 0 && !unsent)) {
          wait(LONGEST_WAIT_MILLIS);
          continue;
        }
        // Written while nobody else may combine: sums are added in place.
        question = line.question(group, attempt, Optional.of(done), point, combined(done));
        unsent = false;
        talking++;
      }
      try {
        Optional<DriverLine.Answer> answer = line.ask(question, failures);
        if (answer.isPresent()) {
          return received(attempt, answer.get());
        }
      } finally {
        silent();
      }
    }
  }

  private synchronized void silent() {
    talking--;
    notifyAll();
  }

  private synchronized void handIn(long attempt, Round done, List<Subtotal> found) {
    working.remove(attempt);
    waiting.add(attempt);
    if (number() == done.number()) {
      found.forEach(this::keep);
    }
    notifyAll();
  }

  /** Another attempt at the same group may have handed the same sum in. */
  private void keep(Subtotal sum) {
    if (sums.values().stream().noneMatch(sum::overlaps)) {
      sums.put(sum.range().from(), sum);
      unsent = true;
    }
  }

  /** Adds in place: where that fails, as where memory runs out, the sums are worth nothing. */
  private List<Subtotal> combined(Round done) {
    try {
      List<Subtotal> combined = Subtotal.combined(shards, done.work(), sums.values());
      sums.clear();
      combined.forEach(sum -> sums.put(sum.range().from(), sum));
      return combined;
    } catch (RuntimeException | Error e) {
      broken = Optional.of(e);
      throw e;
    }
  }

  private void requireWhole() {
    if (broken.isPresent()) {
      throw new IllegalStateException(
          "the sums of this executor's tasks were lost while they were added: their rounds begin"
              + " again in other tasks",
          broken.get());
    }
  }

  /** One task of the executor. */
  private record HubSeat(Hub hub, int group, TaskContext task) implements Seat {
    @Override
    public void serve(Function<Round, List<Subtotal>> work) throws InterruptedException {
      long attempt = task.taskAttemptId();
      Optional<Round> round = hub.first(group, attempt);
      while (round.isPresent()) {
        if (task.isInterrupted()) {
          throw new InterruptedException("the task was told to end");
        }
        round = hub.exchange(group, attempt, round.get(), work.apply(round.get()));
      }
    }

    @Override
    public void close() {
      hub.leave(task.taskAttemptId());
    }
  }
}
