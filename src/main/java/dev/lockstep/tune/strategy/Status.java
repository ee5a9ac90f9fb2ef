package dev.lockstep.tune.strategy;

import java.util.Locale;

/** How a trial stands. */
public enum Status {
  /** It trains, or waits to be continued. */
  RUNNING,
  /** It came to its own end. */
  FINISHED,
  /** It could not be trained; the reason says why. */
  FAILED,
  /** Its loss or parameters were no longer finite. */
  DIVERGED,
  /** It was stopped at a mark, because others were better. */
  PRUNED,
  /** It was stopped because the study's time was up. */
  STOPPED;

  /** The name in the journal. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether there is no value to be had from it. */
  public boolean broken() {
    return this == FAILED || this == DIVERGED;
  }
}
