package dev.lockstep.train;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import java.util.List;

/** Machines that end in the round of a step. */
final class EndingCluster implements Cluster {
  static final String WHY = "the machines have ended";

  private final Cluster cluster;
  private final long step;
  private boolean ended;

  EndingCluster(Cluster cluster, long step) {
    this.cluster = cluster;
    this.step = step;
  }

  boolean hasEnded() {
    return ended;
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
  public GradientSum gradient(Parameters params, Step asked) {
    if (asked.number() == step) {
      ended = true;
      throw new IllegalStateException(WHY);
    }
    return cluster.gradient(params, asked);
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
