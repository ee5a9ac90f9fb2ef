package dev.lockstep.app;

/** The command line is wrong in a way that only the command itself can see. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One sentence: what is wrong and how it must be. */
  public UsageException(String message) {
    super(message);
  }
}
