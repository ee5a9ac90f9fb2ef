package dev.lockstep.spark.run;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.model.Model;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.engine.JobCluster;
import dev.lockstep.spark.engine.Machines;
import dev.lockstep.spark.engine.MemoryPlan;
import dev.lockstep.spark.gang.GangCluster;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.spark.shard.ShardSummary;
import dev.lockstep.spark.shard.Slots;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.metric.MetricSettings;
import java.util.List;

/** Encoded rows in shards, ready for rounds. Closing gives the shards' memory back. */
public final class ShardedData implements AutoCloseable {
  private final LockstepSession session;
  private final Encoding encoding;
  private final ShardSet shards;

  ShardedData(LockstepSession session, Encoding encoding, ShardSet shards) {
    this.session = session;
    this.encoding = encoding;
    this.shards = shards;
  }

  /** What encoded rows look like. */
  public Schema schema() {
    return encoding.schema();
  }

  /** The features that were divided by their deviation over all training rows. */
  public List<ScaledRange> scaled() {
    return encoding.scaled();
  }

  /** What the shards hold. */
  public ShardSummary summary() {
    return shards.total();
  }

  /** Rows of a split. */
  public long rows(Split split) {
    return shards.rows(split);
  }

  /** How many tasks the application runs at a time now. */
  public int slots() {
    return Slots.of(session.context().sc()).total();
  }

  /** The encoding but its pipeline, as JSON. */
  public String encodingJson() {
    return encoding.toJson();
  }

  /** Writes the pipeline of the encoding to a Hadoop URI. */
  public void savePipeline(String directory) {
    encoding.savePipeline(directory);
  }

  /**
   * Refuses rounds that would not fit into memory or Spark's limits.
   *
   * @return the plan in one line
   * @throws dev.lockstep.config.ConfigException with each sum that does not fit and the setting to
   *     change
   */
  public String checkMemory(MemoryPlan.Demand demand) {
    Machines machines = Machines.of(session.context());
    MemoryPlan plan = MemoryPlan.of(demand, shards.total().heapBytes(), machines);
    plan.check();
    return plan.describe();
  }

  /** The {@code job} engine over the shards; the caller closes it. */
  public Cluster cluster(Model model, MetricSettings metrics) {
    return new JobCluster(session.context(), shards, model, schema(), metrics);
  }

  /** The {@code gang} engine over the shards; the caller closes it. */
  public Cluster gang(Model model, MetricSettings metrics) {
    return new GangCluster(session.context(), shards, model, schema(), metrics);
  }

  @Override
  public void close() {
    shards.close();
  }
}
