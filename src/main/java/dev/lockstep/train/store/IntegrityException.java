package dev.lockstep.train.store;

import java.util.function.Supplier;

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

  /**
   * Reads something, and adds to the problem of one that is damaged what to do about it.
   *
   * @throws IntegrityException of the reading
   */
  public static <T> T advising(String advice, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (NewerFormatException e) {
      throw e; // which says what to do
    } catch (IntegrityException e) {
      // Not its cause: what is told of a failure is what the innermost of our causes says.
      IntegrityException advised =
          new IntegrityException(e.getMessage() + "; " + advice, e.getCause());
      advised.addSuppressed(e);
      throw advised;
    }
  }
}
