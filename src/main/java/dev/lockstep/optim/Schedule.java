package dev.lockstep.optim;

import java.io.Serializable;

/** How the learning rate goes over the steps, as a factor of the optimizer's own. */
public interface Schedule extends Serializable {
  /**
   * Where a training stands.
   *
   * @param step the step to come, from 0
   * @param steps all steps of the training
   * @param stepsPerEpoch steps in an epoch
   * @param state the schedule's own numbers, as {@link #observe} left them; empty at first
   */
  record Progress(long step, long steps, long stepsPerEpoch, double[] state) {}

  /** The factor for the step to come. */
  double factor(Progress progress);

  /**
   * Takes the validation metric at the end of an epoch (plateau).
   *
   * @param metric lower is better
   * @return the state to go on with; the same array where the schedule has none
   */
  default double[] observe(double metric, double[] state) {
    return state;
  }
}
