package dev.lockstep.optim;

import java.io.Serializable;

/**
 * How the learning rate goes over the steps, as a factor of the optimizer's own. Every schedule is
 * a record whose first two components are its {@link #warmup} and {@link #warmupStart}. Callers ask
 * {@link #rateFactor}; a schedule computes {@link #factor}.
 */
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

  /** How long the rate rises, in a line, before the schedule proper begins. */
  Duration warmup();

  /** The factor from which it rises, reached just before the first step. */
  double warmupStart();

  /** The factor for the step to come, of the schedule proper: warmup is over and not counted. */
  double factor(Progress progress);

  /**
   * The factor for the step to come. In a warmup of w steps, step s has {@code start + (1 - start)
   * (s + 1) / (w + 1)} of the schedule's first factor: never 0, and in one line with the schedule's
   * first step. (PyTorch's LinearLR has s / w, so from 0 its first step is lost.) The schedule
   * proper then has the remaining steps; where none remain, it is one over all steps, whose first
   * factor the rate does not reach.
   */
  default double rateFactor(Progress progress) {
    long warm = Math.min(Math.round(warmup().steps(progress)), progress.steps());
    long step = Math.max(0, progress.step() - warm);
    long steps = progress.steps() > warm ? progress.steps() - warm : progress.steps();
    double factor = factor(new Progress(step, steps, progress.stepsPerEpoch(), progress.state()));
    if (progress.step() >= warm) {
      return factor;
    }
    double risen = (progress.step() + 1.0) / (warm + 1.0);
    return factor * (warmupStart() + (1 - warmupStart()) * risen);
  }

  /** Whether {@link #observe} decides the rates. */
  default boolean observes() {
    return false;
  }

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
