package dev.lockstep.train;

import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;

/** Machines that end in the round of a step. */
final class EndingCluster extends ForwardingCluster {
  static final String WHY = "the machines have ended";

  private final long step;
  private boolean ended;

  EndingCluster(Cluster cluster, long step) {
    super(cluster);
    this.step = step;
  }

  boolean hasEnded() {
    return ended;
  }

  @Override
  public GradientSum gradient(Parameters params, Step asked) {
    if (asked.number() == step) {
      ended = true;
      throw new IllegalStateException(WHY);
    }
    return super.gradient(params, asked);
  }
}
