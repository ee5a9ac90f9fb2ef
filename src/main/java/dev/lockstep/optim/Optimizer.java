package dev.lockstep.optim;

import java.io.Serializable;

/** An optimizer's hyperparameters. */
public sealed interface Optimizer extends Serializable permits GradientRule, Solver {
  /** Whether every step needs the gradient over all rows. */
  boolean fullBatch();

  /** Whether it can apply l1 (has a rate per coordinate, or orthants). */
  boolean supportsL1();
}
