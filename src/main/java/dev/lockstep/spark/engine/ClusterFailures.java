package dev.lockstep.spark.engine;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.source.RowNames;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;

/** Tells what a failed Spark job means for the user. */
public final class ClusterFailures {
  /** What a task says that its driver leaves without answers. */
  public static final String DRIVER_SILENT = "the driver of the gang does not answer";

  /** What Spark says where machines or processes failed; a job's message quotes its tasks'. */
  private static final Pattern SIGNS =
      Pattern.compile(
          "ExecutorLostFailure|Lost executor|executor heartbeat timed out|has been killed"
              + "|FetchFailed|Master removed our application|All masters are unresponsive"
              + "|RejectedExecutionException: Task org.apache.spark.executor"
              + "|External scheduler cannot be instantiated|Could not find CoarseGrainedScheduler"
              + "|SparkContext was shut down|SparkContext has been shut|stopped SparkContext|"
              + LostExecutors.SIGN
              + "|"
              + DRIVER_SILENT,
          Pattern.CASE_INSENSITIVE);

  /** How an executor ends whose heap was exhausted; Spark may have no time to say more. */
  private static final String OUT_OF_MEMORY_EXIT = "exited with code 52";

  /** In what Spark says of a lost task: it ran in the driver, as in local mode all do. */
  private static final String OF_DRIVER = " executor driver)";

  private static final int DEEPEST_CAUSE = 50;

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
    if (ofUser(explained)) {
      return explained;
    }
    String message = message(failure);
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
   * Whether a failure is the user's to mend, in data or configuration, so that no other try may.
   */
  public static boolean ofUser(RuntimeException explained) {
    return explained instanceof DataException
        || explained instanceof ConfigException
        || explained instanceof InputMissingException;
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
    String said = firstLine(message(causes(failure).reduce(failure, (each, cause) -> cause)));
    return givenUp(
        "Spark's application has ended" + (tells(said) ? " (" + said + ")" : ""), failure);
  }

  /** The exception to throw where a task exhausted the heap of its process. */
  public static ClusterException outOfMemory(Throwable failure) {
    boolean local = causes(failure).anyMatch(each -> message(each).contains(OF_DRIVER));
    return new ClusterException(
        local
            ? "a task ran out of memory: in local mode tasks have the driver's, so give it more"
                + " (--driver-memory, LOCKSTEP_DRIVER_MEMORY) or fewer cores (--master local[1]),"
                + " and run the same command again"
            : "an executor ran out of memory: give it more (--executor-memory) or fewer cores"
                + " (--executor-cores), and run the same command again",
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

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEEPEST_CAUSE);
  }

  private static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  /** What a failure says first; Spark's go on with stack traces. */
  public static String firstLine(Throwable failure) {
    return firstLine(message(failure));
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("no message").strip();
  }
}
