package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.ReaderFailures;
import dev.lockstep.spark.source.RowNames;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.SparkArithmeticException;
import org.apache.spark.SparkDateTimeException;
import org.apache.spark.SparkNumberFormatException;
import org.apache.spark.SparkRuntimeException;
import org.apache.spark.SparkThrowable;

/** Finds the user's mistake in the failure of a Spark job. */
public final class Failures {
  private Failures() {}

  /**
   * Runs something that starts jobs.
   *
   * @throws DataException where a task met bad data, or an SQL expression failed on a row
   */
  public static <T> T explained(Callable<T> action) {
    return explained(action, Map.of());
  }

  /** The same where tasks may meet rows that the sources can name. */
  public static <T> T explained(Callable<T> action, Map<Integer, RowNames> names) {
    try {
      return action.call();
    } catch (Exception e) {
      throw explain(e, names);
    }
  }

  /** The exception to throw: the user's mistake where the chain of causes names one. */
  public static RuntimeException explain(Throwable failure) {
    return explain(failure, Map.of());
  }

  /** The same where tasks may meet rows that the sources can name. */
  public static RuntimeException explain(Throwable failure, Map<Integer, RowNames> names) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BadRowException row) {
        return row.named(names);
      }
      if (t instanceof DataException
          || t instanceof ConfigException
          || t instanceof InputMissingException) {
        return (RuntimeException) t;
      }
      String condition = t instanceof SparkThrowable known ? known.getCondition() : null;
      if (condition != null
          && condition.startsWith("FAILED_READ_FILE")
          && !ReaderFailures.ofStorage(t)) {
        return new DataException(
            "a file of the source cannot be read, or has changed since this run began: "
                + firstLine(t),
            t);
      }
      if (t instanceof SparkRuntimeException
          || t instanceof SparkArithmeticException
          || t instanceof SparkDateTimeException
          || t instanceof SparkNumberFormatException) {
        return new DataException(
            "an expression of data.where, data.columns or data.split failed on a row: "
                + firstLine(t),
            t);
      }
    }
    return failure instanceof RuntimeException known
        ? known
        : new IllegalStateException(failure.getMessage(), failure);
  }

  private static String firstLine(Throwable t) {
    return String.valueOf(t.getMessage()).lines().findFirst().orElse("");
  }
}
