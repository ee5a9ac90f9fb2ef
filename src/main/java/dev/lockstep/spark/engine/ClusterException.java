package dev.lockstep.spark.engine;

/** The cluster failed beyond what Spark repairs by itself; the same command may be run again. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What failed, in one sentence, with the error that showed it. */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
