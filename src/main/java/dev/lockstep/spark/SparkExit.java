package dev.lockstep.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.SparkUserAppException;
import scala.Option;

/** Leaves a driver with an exit code, which holds in local and in client mode. */
public final class SparkExit {
  private SparkExit() {}

  /** Stops the running context, if there is one. */
  public static void stop() {
    Option<SparkContext> active = SparkContext$.MODULE$.getActive();
    if (active.isDefined()) {
      active.get().stop();
    }
  }

  /**
   * The exception that Spark turns into an exit code, to be thrown from {@code main} once the
   * context is stopped.
   *
   * @param code from 1
   * @param cause why
   */
  public static Exception of(int code, Throwable cause) {
    return new SparkUserAppException(code, cause);
  }
}
