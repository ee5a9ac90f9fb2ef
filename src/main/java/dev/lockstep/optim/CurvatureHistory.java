package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The last steps and the changes of gradient along them, from which L-BFGS has its inverse Hessian
 * (Nocedal 1980; two-loop recursion of Nocedal and Wright 2006, algorithm 7.4).
 */
final class CurvatureHistory {
  /** Pairs with less curvature than this, relative to both lengths, say nothing. */
  private static final double LEAST_CURVATURE = 1e-10;

  private record Pair(double[] step, double[] change, double curvature) {}

  private final int limit;
  private final Layout layout;
  private final List<Pair> pairs = new ArrayList<>();

  /**
   * An empty history.
   *
   * @param limit the most pairs
   * @param layout slices that have a scale each
   */
  CurvatureHistory(int limit, Layout layout) {
    this.limit = limit;
    this.layout = layout;
  }

  /** Whether there is no pair. */
  boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** Forgets all pairs. */
  void clear() {
    pairs.clear();
  }

  /** Takes a pair, if the objective curves upward along it; both arrays are kept. */
  void add(double[] step, double[] change) {
    double curvature = FixedSums.dot(step, change);
    double lengths =
        Math.sqrt(FixedSums.dot(step, step)) * Math.sqrt(FixedSums.dot(change, change));
    if (!(curvature > LEAST_CURVATURE * lengths)) {
      return;
    }
    if (pairs.size() == limit) {
      pairs.remove(0);
    }
    pairs.add(new Pair(step, change, curvature));
  }

  /** Turns a gradient into minus the inverse Hessian times it, in place. */
  void descend(double[] direction) {
    double[] alphas = new double[pairs.size()];
    for (int j = pairs.size() - 1; j >= 0; j--) {
      Pair pair = pairs.get(j);
      alphas[j] = FixedSums.dot(pair.step, direction) / pair.curvature;
      addScaled(direction, -alphas[j], pair.change);
    }
    turn(direction);
    for (int j = 0; j < pairs.size(); j++) {
      Pair pair = pairs.get(j);
      // The direction is negated already, so both terms have the other sign.
      double beta = FixedSums.dot(pair.change, direction) / pair.curvature;
      addScaled(direction, -(alphas[j] + beta), pair.step);
    }
  }

  /**
   * The same within the face of the coordinates that are free to move: pairs count by their parts
   * there. Otherwise the gradients' changes along coordinates that l1 holds at 0, often the
   * largest, would shape steps that never go there.
   *
   * @param direction {@code [size]} 0 where not free; written where free
   */
  void descendWithin(boolean[] free, double[] direction) {
    double[] alphas = new double[pairs.size()];
    double[] curvatures = new double[pairs.size()];
    double scale = 0;
    for (int j = pairs.size() - 1; j >= 0; j--) {
      Pair pair = pairs.get(j);
      double curvature = dotWithin(free, pair.step, pair.change);
      double squares = dotWithin(free, pair.change, pair.change);
      double lengths = Math.sqrt(dotWithin(free, pair.step, pair.step)) * Math.sqrt(squares);
      if (curvature > LEAST_CURVATURE * lengths) {
        scale = scale == 0 ? curvature / squares : scale;
        curvatures[j] = curvature;
        alphas[j] = FixedSums.dot(pair.step, direction) / curvature;
        addWithin(free, direction, -alphas[j], pair.change);
      }
    }
    for (int i = 0; i < direction.length; i++) {
      direction[i] *= scale == 0 ? -1 : -scale;
    }
    for (int j = 0; j < pairs.size(); j++) {
      if (curvatures[j] > 0) {
        Pair pair = pairs.get(j);
        double beta = FixedSums.dot(pair.change, direction) / curvatures[j];
        addWithin(free, direction, -(alphas[j] + beta), pair.step);
      }
    }
  }

  private static double dotWithin(boolean[] free, double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += free[i] ? x[i] * y[i] : 0;
    }
    return sum;
  }

  private static void addWithin(boolean[] free, double[] into, double factor, double[] values) {
    for (int i = 0; i < into.length; i++) {
      into[i] += free[i] ? factor * values[i] : 0;
    }
  }

  /**
   * Turns a gradient around and multiplies it by the initial inverse Hessian, which algorithm 7.4
   * leaves free if it is positive: a scale for each slice, since an intercept often curves a
   * thousand times as much as the weights. From the second pair on it is s y / y y (equation 7.20);
   * from the first, taken along the gradient, s s / s y (Barzilai and Borwein 1988), which is not
   * shortened by what the slices' gradients change through each other.
   */
  private void turn(double[] direction) {
    if (pairs.isEmpty()) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] = -direction[i];
      }
      return;
    }
    Pair pair = pairs.get(pairs.size() - 1);
    boolean first = pairs.size() == 1;
    double common = pair.curvature / FixedSums.dot(pair.change, pair.change);
    for (Layout.Slice slice : layout.slices()) {
      int end = slice.end(); // counted from the shape each time
      double curvature = 0;
      double squares = 0;
      for (int i = slice.offset(); i < end; i++) {
        curvature += pair.step[i] * pair.change[i];
        squares += first ? pair.step[i] * pair.step[i] : pair.change[i] * pair.change[i];
      }
      double own = first ? squares / curvature : curvature / squares;
      double scale = curvature > 0 ? own : common;
      for (int i = slice.offset(); i < end; i++) {
        direction[i] *= -scale;
      }
    }
  }

  private static void addScaled(double[] into, double factor, double[] values) {
    for (int i = 0; i < into.length; i++) {
      into[i] += factor * values[i];
    }
  }

  /** Puts copies of all pairs, oldest first. */
  void save(Map<String, double[]> arrays) {
    for (int j = 0; j < pairs.size(); j++) {
      arrays.put("step." + j, pairs.get(j).step.clone());
      arrays.put("change." + j, pairs.get(j).change.clone());
    }
  }

  /** Takes the pairs that {@link #save} put. */
  void restore(Map<String, double[]> arrays) {
    clear();
    for (int j = 0; arrays.containsKey("step." + j); j++) {
      double[] step = arrays.get("step." + j).clone();
      double[] change = arrays.get("change." + j).clone();
      pairs.add(new Pair(step, change, FixedSums.dot(step, change)));
    }
  }
}
