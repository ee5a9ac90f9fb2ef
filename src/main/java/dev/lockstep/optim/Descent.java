package dev.lockstep.optim;

import dev.lockstep.optim.SolverState.Stop;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How an iteration of a quasi-Newton method begins, and begins anew where its search fails.
 *
 * @param choose writes the state's direction from its gradient and history; the slope along it
 * @param aim sets the point at the search's length; whether it is another one than the best
 */
record Descent(ToDoubleFunction<SolverState> choose, Predicate<SolverState> aim) {
  /** Chooses the direction of the next iteration and the first point along it. */
  void setOut(SolverState state) {
    if (state.done()) {
      return;
    }
    double slope = choose.applyAsDouble(state);
    if (!(slope < 0) && !state.history.isEmpty()) {
      state.history.clear();
      setOut(state);
      return;
    }
    if (slope == 0) {
      state.stop(Stop.STATIONARY);
      return;
    }
    double length = state.history.isEmpty() ? 1 / Math.sqrt(-slope) : 1;
    state.search = LineSearch.from(state.objective, slope, length);
    aimOrForget(state);
  }

  /** Aims; starts over if that leads nowhere. */
  void aimOrForget(SolverState state) {
    if (!aim.test(state)) {
      forget(state);
    }
  }

  /** Starts over from steepest descent, or is done if that can only repeat what failed. */
  void forget(SolverState state) {
    if (state.history.isEmpty() || state.search.hopeless()) {
      state.stop(Stop.EXHAUSTED);
    } else {
      state.history.clear();
      setOut(state);
    }
  }
}
