package dev.lockstep.spark.engine;

import dev.lockstep.model.Parameters;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** How the parameters of one round reach its tasks, and the tasks' sums the driver. */
sealed interface Exchange extends Serializable {
  /** Below this many values, parameters travel inside the task, which Spark broadcasts anyway. */
  int INLINE_VALUES = 1 << 14;

  /** The parameters, in a task. */
  Parameters params();

  /**
   * Hands the sums of a task over.
   *
   * @return what the task returns to Spark
   */
  default <T> List<T> hand(int group, List<T> sums) {
    return sums;
  }

  /** The sums of all tasks, on the driver, from what they returned. */
  default List<List<?>> collect(List<?>[] returned) {
    return Arrays.asList(returned);
  }

  /** Forgets the round, on the driver, when it is over. */
  default void close() {}

  /** Opens a round in the cheapest way that there is. */
  static Exchange open(JavaSparkContext spark, Parameters params) {
    if (spark.sc().isLocal()) {
      return new Here(LocalExchange.open(params));
    }
    return params.values().length <= INLINE_VALUES
        ? new Inline(params)
        : new Shared(spark.broadcast(params));
  }

  /** Small parameters, inside the task. */
  record Inline(Parameters params) implements Exchange {}

  /** Large parameters, as a broadcast. */
  record Shared(Broadcast<Parameters> broadcast) implements Exchange {
    @Override
    public Parameters params() {
      return broadcast.value();
    }

    @Override
    public void close() {
      broadcast.destroy();
    }
  }

  /** In local mode: everything stays in this JVM, tasks know the round by its number. */
  record Here(long round) implements Exchange {
    Here(LocalExchange exchange) {
      this(exchange.number());
    }

    @Override
    public Parameters params() {
      return LocalExchange.params(round);
    }

    @Override
    public <T> List<T> hand(int group, List<T> sums) {
      LocalExchange.leave(round, group, sums);
      return List.of();
    }

    @Override
    public List<List<?>> collect(List<?>[] returned) {
      return LocalExchange.results(round, returned.length);
    }

    @Override
    public void close() {
      LocalExchange.close(round);
    }
  }
}
