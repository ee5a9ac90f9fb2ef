package dev.lockstep.app;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss;
import dev.lockstep.optim.GradientRule;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Solver;
import dev.lockstep.spark.engine.MemoryPlan;
import dev.lockstep.spark.shard.BlockShape;
import dev.lockstep.train.BatchSize;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.StepBatches;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.metric.Evaluations;
import dev.lockstep.train.metric.Precision;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/** How much a member keeps beside its parameters, for the memory plan. */
final class StateSize {
  /** Points, gradients, direction and l1 weights of a solver, beside its history. */
  private static final int SOLVER_VECTORS = 8;

  private StateSize() {}

  /**
   * What a run's rounds and state will need.
   *
   * @param rows of each split
   */
  static MemoryPlan.Demand demand(RunFile run, Schema schema, ToLongFunction<Split> rows) {
    return demand(run, run.engine(), schema, rows, Precision::of);
  }

  /**
   * The same of a run that is only judged by binned curves, as the trials of a study are.
   *
   * @param engine that the study takes
   */
  static MemoryPlan.Demand binnedDemand(
      RunFile run, EngineSettings engine, Schema schema, ToLongFunction<Split> rows) {
    return demand(run, engine, schema, rows, (split, count) -> Precision.BINNED);
  }

  private static MemoryPlan.Demand demand(
      RunFile run,
      EngineSettings engine,
      Schema schema,
      ToLongFunction<Split> rows,
      BiFunction<Split, Long, Precision> precision) {
    Loss loss = run.model().loss();
    int outputs = run.model().outputs(schema);
    long evaluationBytes = Evaluations.sizeBytes(loss, outputs, Precision.EXACT, 0);
    long scoresBytes = 0;
    long most = 0;
    for (Split split : Split.values()) {
      long count = rows.applyAsLong(split);
      most = Math.max(most, count);
      long exact = Evaluations.sizeBytes(loss, outputs, Precision.EXACT, count) - evaluationBytes;
      long binned = Evaluations.sizeBytes(loss, outputs, Precision.BINNED, count) - evaluationBytes;
      boolean bins = precision.apply(split, count) == Precision.BINNED;
      scoresBytes = Math.max(scoresBytes, bins ? Math.min(exact, run.shards() * binned) : exact);
    }
    long trained = rows.applyAsLong(Split.TRAIN);
    long taughtBytes = run.distill().isPresent() ? Float.BYTES * outputs * trained : 0;
    int blockRows = BlockShape.of(schema.features(), schema.labels()).blockRows();
    long ofShard = (most + run.shards() - 1) / run.shards();
    return new MemoryPlan.Demand(
            1,
            run.model().layout(schema).size(),
            bytes(run.optimizer(), run.train()) + heldBytes(run),
            run.optimizer().fullBatch(),
            run.shards(),
            evaluationBytes,
            scoresBytes,
            engine.isGang())
        .taught(taughtBytes)
        .scoring(Math.min(blockRows, ofShard) * outputs * Float.BYTES)
        .gathering(gatheredBytes(run, schema, trained));
  }

  /** The rows of a shard's step that pass together. */
  private static long gatheredBytes(RunFile run, Schema schema, long trained) {
    int coupled = run.model().coupledRows(schema);
    if (coupled == 0) {
      return 0;
    }
    long wanted = run.train().batchRows(run.optimizer());
    long batch = wanted == BatchSize.FULL.rows() ? trained : Math.min(wanted, trained);
    long parts = (long) run.gradient().accumulate() * run.shards();
    long together =
        Math.min((batch + parts - 1) / parts, StepBatches.most(coupled, schema.features()));
    return together * schema.features() * Float.BYTES;
  }

  /** What the executors hold, where it follows by changes: its own copy, and two for late tasks. */
  private static long heldBytes(RunFile run) {
    return run.engine().exchange() == ExchangeFormat.BF16 ? 3 * Float.BYTES : 0;
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
