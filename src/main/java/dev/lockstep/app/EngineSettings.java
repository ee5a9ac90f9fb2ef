package dev.lockstep.app;

import dev.lockstep.model.Model;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;

/**
 * How rounds reach the shards: {@code engine} of the run file.
 *
 * @param kind which engine
 */
public record EngineSettings(Kind kind) {
  /** The engine that suits the run. */
  public static final EngineSettings DEFAULTS = new EngineSettings(Kind.AUTO);

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
    return kind.opener.open(data, run.model(), run.metrics());
  }

  /** Whether the {@code gang} engine is taken. */
  boolean isGang() {
    return kind != Kind.JOB;
  }

  /** The engine that is taken, and why. */
  String describe() {
    return "engine: " + kind.description;
  }
}
