package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout;
import dev.lockstep.optim.LineSearch.Verdict;
import java.util.Map;

/**
 * OWL-QN (Andrew and Gao 2007): L-BFGS for an objective with l1. The pseudo-gradient (equation 4)
 * says where each coordinate would go, and each trial is projected onto the orthant it set out
 * into, so parameters become exactly 0. Steps are backtracked until they decrease enough (equation
 * 5); within the noise of the objective, by what the slopes at both ends say. As in Breeze, which
 * MLlib uses, l1 has a weight for each coordinate.
 *
 * <p>The paper (and Breeze) takes the quasi-Newton direction of all coordinates and then drops
 * those that disagree with the pseudo-gradient, which spoils the length of what is left. Here the
 * direction is that of the free coordinates alone, and only coordinates at 0 must agree: on the
 * ill-conditioned ones of Spark's golden cases a fifth of the rounds.
 *
 * @param history how many past steps shape the Hessian
 */
public record Owlqn(int history) implements Solver {
  /** Breeze's history. */
  public static final Owlqn DEFAULTS = new Owlqn(10);

  private static final double DECREASE = 1e-4;
  private static final int MOST_ASKED = 4;
  private static final int MOST_TRIALS = 20;

  private static final Descent DESCENT = new Descent(Owlqn::chooseDirection, Owlqn::aim);

  /** Checks the range. */
  public Owlqn {
    Ranges.atLeastOne("history", history);
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public State start(double[] start, double[] l1, double tolerance, Layout layout) {
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
    double penalized = objective + penalty(state);
    if (state.fresh()) {
      state.begin(penalized, gradient);
      DESCENT.setOut(state);
      return;
    }
    double fall = 0;
    double slopes = 0;
    for (int i = 0; i < gradient.length; i++) {
      double step = state.point[i] - state.best[i];
      double before = pseudoGradient(state, i);
      fall += before * step;
      slopes += (before + gradient[i] + state.l1[i] * orthant(state, i)) * step;
    }
    double change = penalized - state.objective;
    if (Math.abs(change) <= LineSearch.NOISE * Math.abs(state.objective)) {
      change = slopes / 2;
    }
    if (fall < 0 && change <= DECREASE * fall && Double.isFinite(slopes)) {
      state.accept(penalized, gradient, Math.abs(change));
      DESCENT.setOut(state);
    } else {
      backtrack(state, fall, change);
    }
  }

  /**
   * The quasi-Newton direction among the coordinates that may move; its slope. A coordinate at 0
   * that would leave it against its pseudo-gradient stays, and the others are asked again without
   * it.
   */
  private static double chooseDirection(SolverState state) {
    double[] direction = state.direction;
    boolean[] free = new boolean[direction.length];
    for (int i = 0; i < free.length; i++) {
      free[i] = state.best[i] != 0 || state.l1[i] == 0 || pseudoGradient(state, i) != 0;
    }
    boolean againstIt = true;
    for (int asked = 0; againstIt && asked < MOST_ASKED; asked++) {
      for (int i = 0; i < free.length; i++) {
        direction[i] = free[i] ? pseudoGradient(state, i) : 0;
      }
      state.history.descendWithin(free, direction);
      againstIt = false;
      for (int i = 0; i < free.length; i++) {
        boolean leaves = free[i] && state.best[i] == 0 && state.l1[i] > 0;
        if (leaves && direction[i] * pseudoGradient(state, i) >= 0) {
          free[i] = false;
          againstIt = true;
        }
      }
    }
    double slope = 0;
    for (int i = 0; i < free.length; i++) {
      direction[i] = free[i] ? direction[i] : 0;
      slope += direction[i] * pseudoGradient(state, i);
    }
    return slope;
  }

  /** Tries a shorter step: where a parabola through what is known has its minimum. */
  private static void backtrack(SolverState state, double fall, double change) {
    double parabola = -fall / (2 * (change - fall));
    double factor = parabola >= 0.1 ? Math.min(0.5, parabola) : 0.1;
    Verdict verdict = state.search.shorten(factor, MOST_TRIALS);
    if (verdict == Verdict.GIVE_UP) {
      DESCENT.forget(state);
    } else {
      DESCENT.aimOrForget(state);
    }
  }

  /** Sets the projected point at the search's length; whether it is another one than the best. */
  private static boolean aim(SolverState state) {
    double length = state.search.length();
    boolean moves = false;
    for (int i = 0; i < state.point.length; i++) {
      double moved = (float) (state.best[i] + length * state.direction[i]);
      boolean leaves = state.l1[i] > 0 && moved * orthant(state, i) <= 0;
      state.point[i] = leaves ? 0 : moved;
      moves |= state.point[i] != state.best[i];
    }
    return moves;
  }

  private static double penalty(SolverState state) {
    double sum = 0;
    for (int i = 0; i < state.point.length; i++) {
      sum += state.l1[i] * Math.abs(state.point[i]);
    }
    return sum;
  }

  /** The slope of the whole objective towards where it falls; 0 where it falls nowhere. */
  private static double pseudoGradient(SolverState state, int i) {
    double smooth = state.gradient[i];
    double l1 = state.l1[i];
    double at = state.best[i];
    if (at != 0) {
      return smooth + Math.signum(at) * l1;
    }
    return smooth - Math.max(-l1, Math.min(l1, smooth));
  }

  /** The sign that a coordinate has or sets out into. */
  private static double orthant(SolverState state, int i) {
    double at = state.best[i];
    return Math.signum(at != 0 ? at : -pseudoGradient(state, i));
  }
}
