package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout;
import java.util.Map;

/**
 * L-BFGS (Liu and Nocedal 1989) with a {@link LineSearch} by strong and approximate Wolfe
 * conditions. The first step has length 1, later ones try the full quasi-Newton step first, so an
 * iteration is little more than one round. PyTorch's L-BFGS has a fixed rate unless told otherwise;
 * Breeze's, which MLlib uses, has strong Wolfe conditions alone.
 *
 * <p>A search that fails forgets the history and tries steepest descent; if that fails too, the
 * objective is as low as float32 scores can tell, and the solve is done. It is also done after two
 * iterations in a row that change the objective by less than the tolerance, relative; changes
 * within its noise are taken from the slopes at both ends.
 *
 * @param history how many past steps shape the Hessian
 */
public record Lbfgs(int history) implements Solver {
  /** Breeze's history. */
  public static final Lbfgs DEFAULTS = new Lbfgs(10);

  private static final Descent DESCENT = new Descent(Lbfgs::chooseDirection, Lbfgs::aim);

  /** Checks the range. */
  public Lbfgs {
    Ranges.atLeastOne("history", history);
  }

  @Override
  public boolean supportsL1() {
    return false;
  }

  @Override
  public State start(double[] start, double[] l1, double tolerance, Layout layout) {
    for (double weight : l1) {
      if (weight != 0) {
        throw new IllegalArgumentException("lbfgs has no l1, is given " + weight);
      }
    }
    return SolverState.start(start, l1, history, tolerance, layout);
  }

  @Override
  public State restore(Map<String, double[]> saved, double tolerance, Layout layout) {
    return SolverState.restore(saved, history, tolerance, layout);
  }

  @Override
  public void tell(State told, double objective, double[] gradient) {
    SolverState state = (SolverState) told;
    state.mark();
    if (state.fresh()) {
      state.begin(objective, gradient);
      DESCENT.setOut(state);
      return;
    }
    double slope = FixedSums.dot(gradient, state.direction);
    switch (state.search.tell(objective, slope)) {
      case ACCEPT -> {
        state.accept(objective, gradient, change(state, objective, gradient));
        DESCENT.setOut(state);
      }
      case TRY_NEXT -> DESCENT.aimOrForget(state);
      case GIVE_UP -> DESCENT.forget(state);
    }
  }

  /** How far the told point is below the best one, from the slopes where values are but noise. */
  private static double change(SolverState state, double objective, double[] gradient) {
    double measured = Math.abs(objective - state.objective);
    if (measured > LineSearch.NOISE * Math.abs(state.objective)) {
      return measured;
    }
    double slopes = 0;
    for (int i = 0; i < gradient.length; i++) {
      slopes += (gradient[i] + state.gradient[i]) * (state.point[i] - state.best[i]);
    }
    return Math.abs(slopes / 2);
  }

  /** The quasi-Newton direction; its slope. */
  private static double chooseDirection(SolverState state) {
    double[] direction = state.direction;
    System.arraycopy(state.gradient, 0, direction, 0, direction.length);
    state.history.descend(direction);
    return FixedSums.dot(direction, state.gradient);
  }

  /** Sets the point at the search's length; whether it is another one than the best. */
  private static boolean aim(SolverState state) {
    double length = state.search.length();
    boolean moves = false;
    for (int i = 0; i < state.point.length; i++) {
      state.point[i] = (float) (state.best[i] + length * state.direction[i]);
      moves |= state.point[i] != state.best[i];
    }
    return moves;
  }
}
