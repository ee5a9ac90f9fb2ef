package dev.lockstep.data;

/** An input of the run does not exist or holds nothing. */
public final class InputMissingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A problem in one sentence that names the path. */
  public InputMissingException(String message) {
    super(message);
  }
}
