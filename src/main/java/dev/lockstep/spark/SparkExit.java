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
   * context is stopped. It has no cause: Spark would print its stack trace after our one sentence.
   *
   * @param code from 1
   */
  public static Exception of(int code) {
    return new SparkUserAppException(code, null);
  }
}
