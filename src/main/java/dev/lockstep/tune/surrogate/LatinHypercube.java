package dev.lockstep.tune.surrogate;

import dev.lockstep.math.RandomKey;

/**
 * Points that fill the cube: n strata in each dimension, each with one point (McKay et al. 1979);
 * of several such designs the one whose nearest two points are farthest apart (Johnson et al.
 * 1990).
 */
public final class LatinHypercube {
  private static final int DESIGNS = 100;

  private LatinHypercube() {}

  /** A design, [points, dimensions]. */
  public static double[][] design(int points, int dimensions, RandomKey key) {
    double[][] best = draw(points, dimensions, key.child(0));
    double widest = nearest(best);
    for (int i = 1; i < DESIGNS && points > 1; i++) {
      double[][] drawn = draw(points, dimensions, key.child(i));
      double nearest = nearest(drawn);
      if (nearest > widest) {
        best = drawn;
        widest = nearest;
      }
    }
    return best;
  }

  private static double[][] draw(int points, int dimensions, RandomKey key) {
    double[][] design = new double[points][dimensions];
    for (int k = 0; k < dimensions; k++) {
      RandomKey mine = key.child(k);
      int[] strata = new int[points];
      for (int i = 0; i < points; i++) {
        int other = (int) mine.below(i, i + 1);
        strata[i] = strata[other];
        strata[other] = i;
      }
      for (int i = 0; i < points; i++) {
        design[i][k] = (strata[i] + mine.uniform(points + i)) / points;
      }
    }
    return design;
  }

  private static double nearest(double[][] design) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < design.length; i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int k = 0; k < design[i].length; k++) {
          double apart = design[i][k] - design[j][k];
          sum += apart * apart;
        }
        nearest = Math.min(nearest, sum);
      }
    }
    return nearest;
  }
}
