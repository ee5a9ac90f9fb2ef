package dev.lockstep.spark.gang;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * How long a round is still waited for when a stop was asked for: an ordinary one completes
 * meanwhile, and what ends the process leaves time to save the state before the others. Times are
 * those of {@link System#nanoTime}. One thread uses it.
 */
final class StopGrace {
  /** For rounds that nothing stops. */
  static final StopGrace ENDLESS = new StopGrace(() -> false);

  private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

  private final BooleanSupplier asked;
  private OptionalLong sinceNanos = OptionalLong.empty();

  /** A grace that begins when it is first seen that a stop was asked for. */
  StopGrace(BooleanSupplier asked) {
    this.asked = asked;
  }

  /** Whether a stop was asked for: no other gang is worth its start. */
  boolean isAsked() {
    return asked.getAsBoolean();
  }

  /** Whether the round has had its time. */
  boolean isOver(long nowNanos) {
    if (!isAsked()) {
      return false;
    }
    if (sinceNanos.isEmpty()) {
      sinceNanos = OptionalLong.of(nowNanos);
    }
    return nowNanos - sinceNanos.getAsLong() >= GRACE_NANOS;
  }
}
