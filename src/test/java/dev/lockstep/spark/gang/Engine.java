package dev.lockstep.spark.gang;

import dev.lockstep.data.Schema;
import dev.lockstep.glm.Logistic;
import dev.lockstep.model.Model;
import dev.lockstep.spark.engine.JobCluster;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import org.apache.spark.api.java.JavaSparkContext;

/** Every engine over Spark; a gang also by the messages that it sends across processes. */
enum Engine {
  JOB(JobCluster::new),
  GANG(GangCluster::new),
  GANG_BY_MESSAGES(
      (spark, set, model, schema, metrics) ->
          new GangCluster(spark, set, model, schema, metrics, false));

  private final Opener opener;

  Engine(Opener opener) {
    this.opener = opener;
  }

  private interface Opener {
    Cluster open(
        JavaSparkContext spark, ShardSet set, Model model, Schema schema, MetricSettings metrics);
  }

  Cluster open(JavaSparkContext spark, ShardSet set, EncodedTable table) {
    return open(spark, set, Logistic.DEFAULTS, table);
  }

  Cluster open(JavaSparkContext spark, ShardSet set, Model model, EncodedTable table) {
    return opener.open(spark, set, model, table.schema(), MetricSettings.DEFAULTS);
  }
}
