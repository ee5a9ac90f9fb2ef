package dev.lockstep.data;

/** The rows at hand are sound but do not suffice: others of the same data might. */
public final class ChosenRowsException extends DataException {
  private static final long serialVersionUID = 1L;

  /** A problem in one sentence: what the rows lack, what to do. */
  public ChosenRowsException(String message) {
    super(message);
  }
}
