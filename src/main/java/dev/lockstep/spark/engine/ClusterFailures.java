package dev.lockstep.spark.engine;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.source.RowNames;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;

/** Tells what a failed Spark job means for the user. */
public final class ClusterFailures {
  /** What Spark says where machines or processes failed; a job's message quotes its tasks'. */
  private static final Pattern SIGNS =
      Pattern.compile(
          "ExecutorLostFailure|Lost executor|executor heartbeat timed out|has been killed"
              + "|FetchFailed|Master removed our application|All masters are unresponsive"
              + "|RejectedExecutionException: Task org.apache.spark.executor"
              + "|External scheduler cannot be instantiated|Could not find CoarseGrainedScheduler"
              + "|SparkContext was shut down|SparkContext has been shut|stopped SparkContext|"
              + LostExecutors.SIGN,
          Pattern.CASE_INSENSITIVE);

  /** How an executor ends whose heap was exhausted; Spark may have no time to say more. */
  private static final String OUT_OF_MEMORY_EXIT = "exited with code 52";

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
    if (tellsOfMemory(message)) {
      return outOfMemory(failure);
    }
    if (tells(message)) {
      return new ClusterException(
          "the cluster failed: " + firstLine(message) + "; run the same command again", failure);
    }
    return explained;
  }

  /**
   * The exception to throw where gangs or jobs were lost again and again.
   *
   * @param said how, in words that name the last failure
   */
  public static ClusterException givenUp(String said, Throwable failure) {
    return tellsOfMemory(said)
        ? outOfMemory(failure)
        : new ClusterException(
            "the cluster failed: " + said + "; run the same command again", failure);
  }

  /**
   * The exception to throw where something failed: that itself, unless Spark's application has
   * ended, as by the master's page. What is asked of it after that fails in ways that tell nothing.
   */
  public static RuntimeException ofApplication(SparkContext spark, RuntimeException failure) {
    return spark.isStopped() && !(failure instanceof ClusterException) ? ended(failure) : failure;
  }

  /** The exception to throw where Spark's application has ended. */
  public static RuntimeException ended(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = firstLine(String.valueOf(root.getMessage()));
    return givenUp(
        "Spark's application has ended" + (tells(said) ? " (" + said + ")" : ""), failure);
  }

  private static ClusterException outOfMemory(Throwable failure) {
    return new ClusterException(
        "an executor ran out of memory: give it more (--executor-memory), fewer cores, or raise"
            + " data.shards",
        failure);
  }

  /** Whether a message of Spark tells that an executor's heap was exhausted. */
  public static boolean tellsOfMemory(String message) {
    return message.contains("OutOfMemoryError") || message.contains(OUT_OF_MEMORY_EXIT);
  }

  /** Whether a message of Spark tells that machines or processes failed, not the job. */
  public static boolean tells(String message) {
    return SIGNS.matcher(message).find();
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
