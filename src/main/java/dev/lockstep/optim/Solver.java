package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import java.util.Map;

/**
 * A full-batch method with a line search, turned inside out: it is asked for a point, told the
 * objective and gradient there, and moves on. All its state is in a {@link State} of plain arrays,
 * float64, so that a checkpoint can hold it between any two rounds.
 */
public non-sealed interface Solver extends Optimizer {
  /** The state of a solve: named arrays, nothing hidden. */
  interface State {
    /**
     * {@code [size]} the point at which the objective is wanted next; its values are float32
     * numbers. The best point when {@link #done}.
     */
    double[] point();

    /** {@code [size]} the last accepted point, the start at first; float32 numbers. */
    double[] best();

    /** Finished iterations (accepted points). */
    int iteration();

    /** Whether the last told point ended an iteration. */
    boolean iterationEnded();

    /** Whether it has converged, or can get no further; why is in {@link #reason()}. */
    boolean done();

    /** Why it is done, in a few words. */
    String reason();

    /** Everything as named arrays, for a checkpoint. */
    Map<String, double[]> save();
  }

  /** How many past steps shape the Hessian; each keeps two arrays of the parameters' size. */
  int history();

  /**
   * A state that starts from a point.
   *
   * @param start {@code [size]}
   * @param l1 {@code [size]} the l1 weight of each coordinate; zeros where there is none
   * @param tolerance the relative change of the objective at which it stops; 0 for never
   */
  State start(double[] start, double[] l1, double tolerance, Layout layout);

  /** The state that {@link State#save} saved. */
  State restore(Map<String, double[]> saved, double tolerance, Layout layout);

  /**
   * Takes the smooth objective (data loss and l2, without l1) and its gradient at the state's
   * point, and moves the state to the next point.
   *
   * @param objective may be infinite or NaN at a trial point: the step is then shortened
   * @param gradient {@code [size]}; only read, and not kept
   */
  void tell(State state, double objective, double[] gradient);

  @Override
  default boolean fullBatch() {
    return true;
  }
}
