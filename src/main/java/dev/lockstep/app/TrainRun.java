package dev.lockstep.app;

import dev.lockstep.train.store.CommitStores;

/** A training from its run file to its result. */
public final class TrainRun {
  private TrainRun() {}

  /**
   * Prepares, trains, evaluates and writes the run.
   *
   * @throws Exception that {@link Failure} explains
   */
  public static Outcome run(RunFile run, RunOptions options) throws Exception {
    CommitStores.probe(CommitStores.open(run.output()));
    throw new UnsupportedOperationException("trainings are not joined to Spark yet");
  }
}
