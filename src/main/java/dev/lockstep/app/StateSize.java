package dev.lockstep.app;

import dev.lockstep.data.Schema;
import dev.lockstep.optim.GradientRule;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Solver;
import dev.lockstep.spark.engine.MemoryPlan;
import dev.lockstep.train.TrainSettings;

/** How much a member keeps beside its parameters, for the memory plan. */
final class StateSize {
  /** Points, gradients, direction and l1 weights of a solver, beside its history. */
  private static final int SOLVER_VECTORS = 8;

  private StateSize() {}

  /** What a run's rounds and state will need. */
  static MemoryPlan.Demand demand(RunFile run, Schema schema) {
    return new MemoryPlan.Demand(
        1,
        run.model().layout(schema).size(),
        bytes(run.optimizer(), run.train()),
        run.optimizer().fullBatch(),
        run.shards());
  }

  /** Bytes a parameter: slots or history, and the best parameters of early stopping. */
  static long bytes(Optimizer optimizer, TrainSettings train) {
    long best = train.earlyStopping().isPresent() ? Float.BYTES : 0;
    if (optimizer instanceof GradientRule rule) {
      return best + (long) Float.BYTES * (rule.slots() + 1);
    }
    int history = ((Solver) optimizer).history();
    return best + (long) Double.BYTES * (SOLVER_VECTORS + 2 * history);
  }
}
