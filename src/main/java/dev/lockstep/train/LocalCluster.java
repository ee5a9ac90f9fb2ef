package dev.lockstep.train;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.List;

/** A cluster in one thread, without Spark: the plain form that every engine must reproduce. */
public final class LocalCluster implements Cluster {
  private final Schema schema;
  private final List<? extends Shard> shards;
  private final ShardWorker worker;

  /** A cluster over all shards, in the order of their numbers. */
  public LocalCluster(
      Model model, Schema schema, List<? extends Shard> shards, MetricSettings metrics) {
    for (int s = 0; s < shards.size(); s++) {
      if (shards.get(s).number() != s) {
        throw new IllegalArgumentException("shard %d at %d".formatted(shards.get(s).number(), s));
      }
    }
    this.schema = schema;
    this.shards = List.copyOf(shards);
    this.worker = new ShardWorker(model, schema, shards.size(), metrics);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int shards() {
    return shards.size();
  }

  @Override
  public long rows(Split split) {
    return shards.stream().mapToLong(shard -> shard.rows(split).size()).sum();
  }

  @Override
  public GradientSum gradient(Parameters params, Step step) {
    return worker.gradient(shards::get, new Range(0, shards.size()), params, step);
  }

  @Override
  public List<Evaluation> evaluate(Parameters params, Split split, Precision precision) {
    return worker.evaluate(shards::get, new Range(0, shards.size()), params, split, precision);
  }

  @Override
  public List<Evaluation> evaluateByClassWeights(Parameters params) {
    return worker.evaluateByClassWeights(shards::get, new Range(0, shards.size()), params);
  }

  @Override
  public FoldMoments moments(int repeats, int folds, List<ScaledRange> scaled) {
    return worker.moments(shards::get, new Range(0, shards.size()), repeats, folds, scaled);
  }

  @Override
  public void close() {
    worker.close();
  }
}
