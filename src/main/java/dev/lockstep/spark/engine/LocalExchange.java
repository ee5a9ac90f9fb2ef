package dev.lockstep.spark.engine;

import dev.lockstep.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A round in local mode, where driver and tasks share one JVM: parameters and sums change hands as
 * they are, without being written and read. A task that comes late, after its round was closed,
 * finds nothing and changes nothing.
 */
final class LocalExchange {
  private static final Map<Long, LocalExchange> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  private final long number = NEXT.getAndIncrement();
  private final Parameters params;
  private final Map<Integer, List<?>> results = new ConcurrentHashMap<>();

  private LocalExchange(Parameters params) {
    this.params = params;
  }

  /** A round that is open for tasks until it is closed. */
  static LocalExchange open(Parameters params) {
    LocalExchange exchange = new LocalExchange(params);
    OPEN.put(exchange.number, exchange);
    return exchange;
  }

  /** The round's number, by which tasks find it. */
  long number() {
    return number;
  }

  /**
   * The parameters of an open round.
   *
   * @throws IllegalStateException if the round is over
   */
  static Parameters params(long number) {
    LocalExchange exchange = OPEN.get(number);
    if (exchange == null) {
      throw new IllegalStateException("round " + number + " is over");
    }
    return exchange.params;
  }

  /** Leaves the sums of a task; an attempt after the first has the same ones. */
  static void leave(long number, int group, List<?> sums) {
    LocalExchange exchange = OPEN.get(number);
    if (exchange != null) {
      exchange.results.putIfAbsent(group, sums);
    }
  }

  /** The sums of all tasks of an open round, in the order of their groups. */
  static List<List<?>> results(long number, int groups) {
    Map<Integer, List<?>> results = OPEN.get(number).results;
    List<List<?>> found = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      found.add(results.get(group));
    }
    return found;
  }

  /** Ends a round: tasks that are late find nothing. */
  static void close(long number) {
    OPEN.remove(number);
  }
}
