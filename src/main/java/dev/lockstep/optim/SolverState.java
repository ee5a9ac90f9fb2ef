package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state that {@link Lbfgs} and {@link Owlqn} share. Points are rounded to float32, as the
 * workers will see them, so that objective and gradient are those of the point.
 */
final class SolverState implements Solver.State {
  /** Why a solve is over. */
  enum Stop {
    RUNNING("still running"),
    CONVERGED("the objective changes by less than the tolerance"),
    STATIONARY("the gradient is zero"),
    EXHAUSTED("no step decreases the objective beyond float32 precision"),
    NOT_FINITE("the objective or its gradient is not finite at the start");

    private final String reason;

    Stop(String reason) {
      this.reason = reason;
    }
  }

  private static final int CALM_ITERATIONS = 2;

  final CurvatureHistory history;
  final double[] l1;
  final double[] point;
  final double[] best;
  final double[] gradient;
  final double[] direction;
  private final double tolerance;
  double objective = Double.NaN;
  LineSearch search = LineSearch.from(0, 0, 0);
  private int iteration;
  private boolean ended;
  private int calm;
  private Stop stop = Stop.RUNNING;

  /** Arrays to be filled. */
  private SolverState(int size, int pairs, double tolerance, Layout layout) {
    this.history = new CurvatureHistory(pairs, layout);
    this.l1 = new double[size];
    this.point = new double[size];
    this.best = new double[size];
    this.gradient = new double[size];
    this.direction = new double[size];
    this.tolerance = tolerance;
  }

  /** A state that wants the objective at its start first. */
  static SolverState start(
      double[] start, double[] l1, int pairs, double tolerance, Layout layout) {
    SolverState state = new SolverState(start.length, pairs, tolerance, layout);
    System.arraycopy(l1, 0, state.l1, 0, l1.length);
    for (int i = 0; i < start.length; i++) {
      state.best[i] = (float) start[i];
      state.point[i] = state.best[i];
    }
    return state;
  }

  /** The state that {@link #save} saved. */
  static SolverState restore(
      Map<String, double[]> saved, int pairs, double tolerance, Layout layout) {
    SolverState state = new SolverState(saved.get("point").length, pairs, tolerance, layout);
    copy(saved, "l1", state.l1);
    copy(saved, "point", state.point);
    copy(saved, "best", state.best);
    copy(saved, "gradient", state.gradient);
    copy(saved, "direction", state.direction);
    state.history.restore(saved);
    state.search = new LineSearch(saved.get("search"));
    double[] numbers = saved.get("numbers");
    state.objective = numbers[0];
    state.iteration = (int) numbers[1];
    state.ended = numbers[2] != 0;
    state.calm = (int) numbers[3];
    state.stop = Stop.values()[(int) numbers[4]];
    return state;
  }

  private static void copy(Map<String, double[]> saved, String name, double[] into) {
    System.arraycopy(saved.get(name), 0, into, 0, into.length);
  }

  @Override
  public Map<String, double[]> save() {
    Map<String, double[]> arrays = new LinkedHashMap<>();
    arrays.put("l1", l1.clone());
    arrays.put("point", point.clone());
    arrays.put("best", best.clone());
    arrays.put("gradient", gradient.clone());
    arrays.put("direction", direction.clone());
    arrays.put("search", search.save());
    arrays.put("numbers", new double[] {objective, iteration, ended ? 1 : 0, calm, stop.ordinal()});
    history.save(arrays);
    return arrays;
  }

  /** Whether the start has not been told yet. */
  boolean fresh() {
    return Double.isNaN(objective);
  }

  /** Takes the objective and gradient at the start. */
  void begin(double startObjective, double[] startGradient) {
    double squares = FixedSums.dot(startGradient, startGradient);
    if (!Double.isFinite(startObjective) || !Double.isFinite(squares)) {
      stop(Stop.NOT_FINITE);
      return;
    }
    objective = startObjective;
    System.arraycopy(startGradient, 0, gradient, 0, gradient.length);
  }

  /** Marks that the told point ended no iteration. */
  void mark() {
    ended = false;
  }

  /** Ends an iteration at the told point. */
  void accept(double toldObjective, double[] toldGradient, double change) {
    double[] step = new double[point.length];
    double[] difference = new double[point.length];
    for (int i = 0; i < step.length; i++) {
      step[i] = point[i] - best[i];
      difference[i] = toldGradient[i] - gradient[i];
    }
    history.add(step, difference);
    System.arraycopy(point, 0, best, 0, best.length);
    System.arraycopy(toldGradient, 0, gradient, 0, gradient.length);
    objective = toldObjective;
    iteration++;
    ended = true;
    calm = change <= tolerance * Math.abs(objective) && tolerance > 0 ? calm + 1 : 0;
    if (calm >= CALM_ITERATIONS) {
      stop(Stop.CONVERGED);
    }
  }

  /** Ends the solve at the best point. */
  void stop(Stop why) {
    stop = why;
    System.arraycopy(best, 0, point, 0, best.length);
  }

  @Override
  public double[] point() {
    return point;
  }

  @Override
  public double[] best() {
    return best;
  }

  @Override
  public int iteration() {
    return iteration;
  }

  @Override
  public boolean iterationEnded() {
    return ended;
  }

  @Override
  public boolean done() {
    return stop != Stop.RUNNING;
  }

  @Override
  public String reason() {
    return stop.reason;
  }
}
