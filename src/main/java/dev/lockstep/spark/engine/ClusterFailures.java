package dev.lockstep.spark.engine;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.source.RowNames;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** Tells what a failed Spark job means for the user. */
public final class ClusterFailures {
  private static final List<String> CLUSTER =
      List.of(
          "ExecutorLostFailure",
          "FetchFailed",
          "Master removed our application",
          "All masters are unresponsive",
          "executor heartbeat timed out",
          "SparkContext was shut down",
          "has been killed");

  private ClusterFailures() {}

  /**
   * The exception to throw for a job that failed: the user's own (data) where a task named one, a
   * {@link ClusterException} where machines failed, else the job's.
   */
  public static RuntimeException explain(Throwable failure) {
    return explain(failure, Map.of());
  }

  private static RuntimeException explain(Throwable failure, Map<Integer, RowNames> names) {
    RuntimeException explained = Failures.explain(failure, names);
    if (explained instanceof DataException
        || explained instanceof ConfigException
        || explained instanceof InputMissingException) {
      return explained;
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("OutOfMemoryError")) {
      return new ClusterException(
          "an executor ran out of memory: give it more (--executor-memory), fewer cores, or raise"
              + " data.shards",
          failure);
    }
    for (String sign : CLUSTER) {
      if (message.toLowerCase(Locale.ROOT).contains(sign.toLowerCase(Locale.ROOT))) {
        return new ClusterException(
            "the cluster failed: " + firstLine(message) + "; run the same command again", failure);
      }
    }
    return explained;
  }

  /**
   * Runs an action on Spark. Scala throws checked exceptions without declaring them.
   *
   * @throws RuntimeException as {@link #explain} tells
   */
  public static <T> T explained(Callable<T> action) {
    return explained(action, Map.of());
  }

  /**
   * The same where tasks may meet rows that the sources can name.
   *
   * @param names by part of the data
   */
  public static <T> T explained(Callable<T> action, Map<Integer, RowNames> names) {
    try {
      return action.call();
    } catch (Exception e) {
      throw explain(e, names);
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("no message").strip();
  }
}
