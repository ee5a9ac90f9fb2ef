package dev.lockstep.train.store;

/** Another attempt owns the run, or has taken it over from this one. */
public final class RunOwnedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Who owns which run, in one sentence. */
  public RunOwnedException(String message) {
    super(message);
  }
}
