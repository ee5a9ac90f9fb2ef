package dev.lockstep.data;

/** The user's data is wrong: the message names file, line, column and value as far as known. */
public class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A problem in one sentence: where, what it is, what it must be, what to do. */
  public DataException(String message) {
    super(message);
  }

  /** A problem with the error that showed it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
