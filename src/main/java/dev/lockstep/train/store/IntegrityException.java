package dev.lockstep.train.store;

/** A committed file is not what was committed: corrupt, swapped, hostile or of a newer format. */
public class IntegrityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A problem in one sentence that names the file, what it is and what it must be. */
  public IntegrityException(String message) {
    super(message);
  }

  /** A problem with the error that showed it. */
  public IntegrityException(String message, Throwable cause) {
    super(message, cause);
  }
}
