package dev.lockstep.tune.strategy;

import dev.lockstep.config.Registry;

/** The stopping rules that go with any strategy, by the name they have in a run file. */
public final class Pruners {
  /** The run file's {@code tune.pruner.kind}. */
  public static final Registry<Pruner> REGISTRY =
      new Registry<Pruner>("pruner", Pruner.class).with("median", MedianPruner.class);

  private Pruners() {}
}
