package dev.lockstep.spark.engine;

import dev.lockstep.model.Parameters;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Parameters on their way to the tasks of one round. */
sealed interface SentParameters extends Serializable {
  /** Below this many values, parameters travel inside the task, which Spark broadcasts anyway. */
  int INLINE_VALUES = 1 << 14;

  /** The parameters, in a task. */
  Parameters value();

  /** Forgets them everywhere, on the driver, after the round. */
  void destroy();

  /** Sends parameters the cheaper way. */
  static SentParameters send(JavaSparkContext spark, Parameters params) {
    return params.values().length <= INLINE_VALUES
        ? new Inline(params)
        : new Shared(spark.broadcast(params));
  }

  /** Small ones, inside the task. */
  record Inline(Parameters value) implements SentParameters {
    @Override
    public void destroy() {}
  }

  /** Large ones, as a broadcast. */
  record Shared(Broadcast<Parameters> broadcast) implements SentParameters {
    @Override
    public Parameters value() {
      return broadcast.value();
    }

    @Override
    public void destroy() {
      broadcast.destroy();
    }
  }
}
