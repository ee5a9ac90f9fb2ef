package dev.lockstep.spark.gang;

/** A gang cannot complete its round, but another one may. */
final class GangLostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int came;

  GangLostException(String why, Throwable cause) {
    super(why, cause);
    this.came = 0;
  }

  /**
   * Some groups had no task for too long.
   *
   * @param came how many had one
   */
  GangLostException(String why, int came) {
    super(why);
    this.came = came;
  }

  /** How many groups had a task where others had none for too long; 0 tells of nothing. */
  int came() {
    return came;
  }
}
