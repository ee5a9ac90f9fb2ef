package dev.lockstep.tune.surrogate;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011): points are drawn from the density of
 * the good ones, and the one is taken at which that density is highest relative to the density of
 * the others. The kernels span all dimensions together (Falkner et al. 2018), not each alone.
 */
public final class ParzenTree {
  private static final double GOOD_PART = 0.15;
  private static final int MOST_GOOD = 25;
  private static final int CANDIDATES = 64;

  private ParzenTree() {}

  /** A point that is not excluded; empty if none was found. Pending points count as others. */
  public static Optional<double[]> propose(
      Observations seen, Space space, Predicate<double[]> excluded, RandomKey key) {
    int good = (int) Math.min(MOST_GOOD, Math.ceil(GOOD_PART * seen.costs().size()));
    List<double[]> best = new ArrayList<>();
    List<double[]> others = new ArrayList<>(seen.pending());
    List<Integer> ranked = seen.ranked();
    for (int i = 0; i < ranked.size(); i++) {
      (i < good ? best : others).add(seen.points().get(ranked.get(i)));
    }
    ParzenDensity low = new ParzenDensity(best, space);
    ParzenDensity high = new ParzenDensity(others, space);
    Optional<double[]> found = Optional.empty();
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < CANDIDATES; i++) {
      double[] point = space.snapped(low.draw(key.child(i)));
      if (!excluded.test(point)) {
        double ratio = low.log(point) - high.log(point);
        if (found.isEmpty() || ratio > highest) {
          found = Optional.of(point);
          highest = ratio;
        }
      }
    }
    return found;
  }
}
