package dev.lockstep.tune.strategy;

import dev.lockstep.config.Registry;

/** All strategies by the name they have in a run file. */
public final class Strategies {
  /** The run file's {@code tune.strategy.kind}. */
  public static final Registry<Strategy> REGISTRY =
      new Registry<Strategy>("strategy", Strategy.class)
          .with("manual", Manual.class)
          .with("grid", Grid.class)
          .with("random", RandomSearch.class)
          .with("bayes", Bayes.class)
          .with("halving", Halving.class);

  private Strategies() {}
}
