package dev.lockstep.optim;

import dev.lockstep.config.Registry;

/** All optimizers by the name they have in a run file. */
public final class Optimizers {
  /** The run file's {@code optimizer.kind}. */
  public static final Registry<Optimizer> REGISTRY =
      new Registry<Optimizer>("optimizer", Optimizer.class)
          .with("gd", Gd.class)
          .with("sgd", Sgd.class)
          .with("adam", Adam.class);

  private Optimizers() {}
}
