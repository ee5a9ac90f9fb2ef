package dev.lockstep.tune.surrogate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimizes a smooth function of a few variables by L-BFGS (Nocedal and Wright 2006, algorithm 7.4)
 * with a backtracking line search.
 */
final class Minimizer {
  private static final int MEMORY = 8;
  private static final double SUFFICIENT = 1e-4;
  private static final double LONGEST = 1.0;
  private static final int MOST_HALVINGS = 20;

  /** A function and its gradient. */
  interface Function {
    /** The value at x, infinite where it has none; the gradient is written. */
    double at(double[] x, double[] gradient);
  }

  /** Where the search ended. */
  record Minimum(double[] x, double value) {}

  private record Pair(double[] step, double[] change, double product) {}

  private Minimizer() {}

  /** A local minimum from a start, at most some iterations away. */
  static Minimum from(Function function, double[] start, int iterations, double tolerance) {
    double[] x = start.clone();
    double[] gradient = new double[x.length];
    double value = function.at(x, gradient);
    Deque<Pair> pairs = new ArrayDeque<>();
    for (int i = 0; i < iterations && Double.isFinite(value); i++) {
      double[] direction = direction(gradient, pairs);
      double slope = dot(direction, gradient);
      if (!(slope < -1e-12)) {
        break;
      }
      double[] next = new double[x.length];
      double[] nextGradient = new double[x.length];
      double rate = Math.min(1, LONGEST / largest(direction));
      double found = Double.POSITIVE_INFINITY;
      for (int halvings = 0; halvings < MOST_HALVINGS; halvings++) {
        for (int j = 0; j < x.length; j++) {
          next[j] = x[j] + rate * direction[j];
        }
        found = function.at(next, nextGradient);
        if (found <= value + SUFFICIENT * rate * slope) {
          break;
        }
        rate /= 2;
      }
      if (!(found < value)) {
        break;
      }
      remember(pairs, x, next, gradient, nextGradient);
      boolean flat = value - found < tolerance * Math.max(1, Math.abs(value));
      x = next;
      gradient = nextGradient;
      value = found;
      if (flat) {
        break;
      }
    }
    return new Minimum(x, value);
  }

  private static double[] direction(double[] gradient, Deque<Pair> pairs) {
    double[] direction = gradient.clone();
    double[] factors = new double[pairs.size()];
    int at = 0;
    for (Pair pair : pairs) { // newest first
      factors[at] = dot(pair.step(), direction) / pair.product();
      add(direction, -factors[at++], pair.change());
    }
    if (!pairs.isEmpty()) {
      Pair newest = pairs.getFirst();
      double scale = newest.product() / dot(newest.change(), newest.change());
      for (int i = 0; i < direction.length; i++) {
        direction[i] *= scale;
      }
    }
    for (Iterator<Pair> oldest = pairs.descendingIterator(); oldest.hasNext(); ) {
      Pair pair = oldest.next();
      add(direction, factors[--at] - dot(pair.change(), direction) / pair.product(), pair.step());
    }
    for (int i = 0; i < direction.length; i++) {
      direction[i] = -direction[i];
    }
    return direction;
  }

  private static void remember(
      Deque<Pair> pairs, double[] x, double[] next, double[] gradient, double[] nextGradient) {
    double[] step = next.clone();
    add(step, -1, x);
    double[] change = nextGradient.clone();
    add(change, -1, gradient);
    double product = dot(step, change);
    if (product > 1e-12 * dot(change, change)) {
      pairs.addFirst(new Pair(step, change, product));
      if (pairs.size() > MEMORY) {
        pairs.removeLast();
      }
    }
  }

  private static double largest(double[] values) {
    double largest = 1e-300;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double dot(double[] a, double[] b) {
    return Cholesky.dot(a, b, a.length);
  }

  private static void add(double[] to, double factor, double[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[i];
    }
  }
}
