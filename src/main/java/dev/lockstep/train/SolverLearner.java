package dev.lockstep.train;

import dev.lockstep.data.DataException;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.model.GradientSum;
import dev.lockstep.optim.Solver;
import dev.lockstep.optim.Updates;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A member that a full-batch solver moves. The workers see the solver's float64 point rounded to
 * float32; the objective's l2 part is added here, at that rounded point, in float64. Frozen slices
 * have a gradient of 0, so that no direction leads along them.
 */
final class SolverLearner implements Learner {
  private final Solver solver;
  private final double tolerance;
  private final Layout layout;
  private final double l1;
  private final double l2;
  private final float[] point;
  private final float[] params;
  private final double[] gradient;
  private Solver.State state;
  private boolean accepted;

  SolverLearner(
      Solver solver, MemberSettings settings, double tolerance, float[] start, Layout layout) {
    this.solver = solver;
    this.tolerance = tolerance;
    this.layout = layout;
    this.l1 = settings.regularization().l1Weight();
    this.l2 = settings.regularization().l2Weight();
    this.point = start;
    this.params = start.clone();
    this.gradient = new double[start.length];
    double[] from = new double[start.length];
    for (int i = 0; i < start.length; i++) {
      from[i] = start[i];
    }
    this.state = solver.start(from, l1Weights(), tolerance, layout);
  }

  private double[] l1Weights() {
    double[] weights = new double[layout.size()];
    for (Slice slice : layout.slices()) {
      if (slice.penalized()) {
        Arrays.fill(weights, slice.offset(), slice.end(), l1);
      }
    }
    return weights;
  }

  /** Mean, finite check, l2, solver. */
  @Override
  public Optional<Learned> learn(GradientSum sum, int at, long step) {
    double weight = sum.weightSums()[at];
    if (!(weight > 0)) {
      throw new DataException("the weights of all training rows add up to " + weight);
    }
    double meanLoss = sum.lossSums()[at] / weight;
    double norm = Math.sqrt(mean(sum.totals(), at * sum.size(), weight));
    boolean finite = Double.isFinite(meanLoss) && Double.isFinite(norm);
    if (!finite && state.iteration() == 0 && step == 0) {
      throw DivergedException.atStart(meanLoss, norm);
    }
    solver.tell(state, finite ? meanLoss + addL2() : Double.POSITIVE_INFINITY, gradient);
    accepted = step == 0 || state.iterationEnded();
    for (Run run : layout.runs(Role.TRAINED)) {
      round(state.point(), point, run.from(), run.to());
      round(state.best(), params, run.from(), run.to());
    }
    return Optional.of(new Learned(meanLoss, norm, 0));
  }

  /** Writes the mean gradient, 0 where frozen; its sum of squares. */
  private double mean(double[] totals, int offset, double weight) {
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = totals[offset + i] / weight;
    }
    for (Run run : layout.runs(Role.FROZEN)) {
      Arrays.fill(gradient, run.from(), run.to(), 0);
    }
    double squares = 0;
    for (double slope : gradient) {
      squares += slope * slope;
    }
    return squares;
  }

  /** Adds l2 w to the gradient; the penalty. */
  private double addL2() {
    double squares = 0;
    for (Slice slice : layout.slices()) {
      if (slice.penalized()) {
        for (int i = slice.offset(), end = slice.end(); i < end; i++) {
          double value = point[i];
          squares += value * value;
          gradient[i] += l2 * value;
        }
      }
    }
    return l2 / 2 * squares;
  }

  private static void round(double[] values, float[] into, int from, int to) {
    for (int i = from; i < to; i++) {
      into[i] = (float) values[i];
    }
  }

  @Override
  public float[] point() {
    return point;
  }

  @Override
  public float[] params() {
    return params;
  }

  @Override
  public boolean averagesLoss() {
    return false;
  }

  @Override
  public boolean accepted() {
    return accepted;
  }

  @Override
  public boolean iterationEnded() {
    return state.iterationEnded();
  }

  @Override
  public Optional<String> converged() {
    return state.done() ? Optional.of(state.reason()) : Optional.empty();
  }

  @Override
  public double penalty() {
    return Updates.penalty(params, 0, layout, l1, l2);
  }

  @Override
  public boolean observes() {
    return false;
  }

  @Override
  public void observe(double loss) {}

  @Override
  public List<Tensor> save(String prefix) {
    List<Tensor> saved = new ArrayList<>();
    state.save().forEach((name, values) -> saved.add(Tensor.of(prefix + "solver." + name, values)));
    return saved;
  }

  @Override
  public void restore(String prefix, Map<String, Tensor> saved) {
    String own = prefix + "solver.";
    Map<String, double[]> arrays = new HashMap<>();
    saved.forEach(
        (name, tensor) -> {
          if (name.startsWith(own)) {
            arrays.put(name.substring(own.length()), tensor.doubles().clone());
          }
        });
    state = solver.restore(arrays, tolerance, layout);
    round(state.point(), point, 0, point.length);
    round(state.best(), params, 0, params.length);
  }
}
