package dev.lockstep.train;

/** How a member stands. */
public enum Ending {
  /** It is in training. */
  NONE,
  /** It took all its steps. */
  FINISHED,
  /** Its solver converged, or could get no further. */
  CONVERGED,
  /** Nothing better came for as long as {@code early_stopping.patience}. */
  STOPPED_EARLY,
  /** It left the finite numbers. */
  DIVERGED,
  /** A search gave it up. */
  PRUNED,
  /** It cannot be trained or judged on its rows. */
  FAILED
}
