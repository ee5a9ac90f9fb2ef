package dev.lockstep.app;

import dev.lockstep.model.Model;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.metric.MetricSettings;

/**
 * How rounds reach the shards: {@code engine} of the run file.
 *
 * @param kind which engine; no bits depend on it
 * @param exchange what gradients and parameters are rounded to on their way; another format is
 *     another run with other bits
 */
public record EngineSettings(Kind kind, ExchangeFormat exchange) {
  /** The engine that suits the run; nothing is rounded. */
  public static final EngineSettings DEFAULTS =
      new EngineSettings(Kind.AUTO, ExchangeFormat.FLOAT32);

  /** The engines. */
  public enum Kind {
    /** What suits the run: {@link #GANG}. */
    AUTO("gang, one long-lived Spark job (auto: a step costs no job)", ShardedData::gang),
    /** A Spark job a step. */
    JOB("job, one Spark job a step", ShardedData::cluster),
    /** One Spark job of long-lived tasks. */
    GANG("gang, one long-lived Spark job", ShardedData::gang);

    private final String description;
    private final Opener opener;

    Kind(String description, Opener opener) {
      this.description = description;
      this.opener = opener;
    }
  }

  private interface Opener {
    Cluster open(ShardedData data, Model model, MetricSettings metrics);
  }

  /** The engine over the shards of a run; the caller closes it. */
  Cluster open(ShardedData data, RunFile run) {
    return kind.opener.open(data, Teachers.student(run), run.metrics());
  }

  /** Whether the {@code gang} engine is taken. */
  boolean isGang() {
    return kind != Kind.JOB;
  }

  /** The engine that is taken, and why. */
  String describe() {
    String rounded =
        exchange == ExchangeFormat.BF16 ? "; gradients and parameters travel as bf16" : "";
    return "engine: " + kind.description + rounded;
  }
}
