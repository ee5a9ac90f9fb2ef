package dev.lockstep.spark.gang;

/** A gang cannot complete its round, but another one may. */
final class GangLostException extends Exception {
  private static final long serialVersionUID = 1L;

  GangLostException(String why, Throwable cause) {
    super(why, cause);
  }
}
