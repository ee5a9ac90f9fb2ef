package dev.lockstep.train;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Hands every round to another cluster, for tests that watch or disturb some of them. */
class ForwardingCluster implements Cluster {
  private final Cluster cluster;

  ForwardingCluster(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public Schema schema() {
    return cluster.schema();
  }

  @Override
  public int shards() {
    return cluster.shards();
  }

  @Override
  public long rows(Split split) {
    return cluster.rows(split);
  }

  @Override
  public GradientSum gradient(Parameters params, Step step) {
    return cluster.gradient(params, step);
  }

  @Override
  public void giveUpAfter(BooleanSupplier stop) {
    cluster.giveUpAfter(stop);
  }

  @Override
  public List<Evaluation> evaluate(Parameters params, Split split, Precision precision) {
    return cluster.evaluate(params, split, precision);
  }

  @Override
  public List<Evaluation> evaluateByClassWeights(Parameters params) {
    return cluster.evaluateByClassWeights(params);
  }

  @Override
  public FoldMoments moments(int repeats, int folds, List<ScaledRange> scaled) {
    return cluster.moments(repeats, folds, scaled);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
