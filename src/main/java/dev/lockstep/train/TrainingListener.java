package dev.lockstep.train;

/** Hears how a training goes: progress, logs, metrics files. Called between rounds. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** A member took a step. */
  default void onStep(StepReport report) {}

  /** A member ended an epoch, after its evaluation. */
  default void onEpoch(EpochReport report) {}

  /** A member of several diverged and is left behind; a cohort of one throws instead. */
  default void onDiverged(int member, DivergedException reason) {}

  /**
   * A member cannot be trained or judged on its rows. Who returns leaves it behind; that ends the
   * training otherwise.
   *
   * @param reason a {@link dev.lockstep.config.ConfigException} or {@link
   *     dev.lockstep.data.DataException}
   */
  default void onFailed(int member, RuntimeException reason) {
    throw reason;
  }
}
