package dev.lockstep.spark.gang;

/** A message that is not what this gang's tasks or driver send; it is logged and left out. */
final class RefusedFrameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedFrameException(String why) {
    super(why);
  }
}
