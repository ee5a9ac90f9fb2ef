package dev.lockstep.train.store;

/** The store refuses this user; trying again will not help. */
public final class NotPermittedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was tried, where, and what the store said, in one sentence. */
  public NotPermittedException(String message, Throwable cause) {
    super(message, cause);
  }
}
