package dev.lockstep.spark.gang;

import dev.lockstep.spark.shard.Slots;
import java.time.Duration;
import java.util.Optional;

/**
 * How many tasks a gang has: one for each slot that Spark counts. Where some of them got none all
 * the same, the next gangs have no more tasks than came, until Spark counts other slots or a while
 * has passed, twice as long each time, up to half an hour. Times are those of {@link
 * System#nanoTime}.
 */
final class Turnout {
  private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long LONGEST_NANOS = Duration.ofMinutes(32).toNanos();

  private Optional<Slots> asked = Optional.empty();
  private Optional<Shortfall> last = Optional.empty();

  /** Of the tasks for all slots so many came, which is believed for a while. */
  private record Shortfall(Slots slots, int came, long sinceNanos, long forNanos) {
    boolean holds(Slots now, long nanos) {
      return slots.equals(now) && nanos - sinceNanos < forNanos;
    }
  }

  /** How many tasks a gang may have over such slots. */
  int most(Slots slots, long nanos) {
    return last.filter(each -> each.holds(slots, nanos))
        .map(each -> Math.min(each.came(), slots.total()))
        .orElse(slots.total());
  }

  /** The same for a gang that starts now. */
  int start(Slots slots, long nanos) {
    asked = Optional.of(slots);
    return most(slots, nanos);
  }

  /** Of the tasks of the gang that started last only some came; none tells of nothing. */
  void fellShort(int came, long nanos) {
    if (came > 0 && asked.isPresent()) {
      Slots slots = asked.get();
      long forNanos =
          last.filter(each -> each.slots().equals(slots))
              .map(each -> Math.min(2 * each.forNanos(), LONGEST_NANOS))
              .orElse(FIRST_NANOS);
      last = Optional.of(new Shortfall(slots, came, nanos, forNanos));
    }
  }
}
