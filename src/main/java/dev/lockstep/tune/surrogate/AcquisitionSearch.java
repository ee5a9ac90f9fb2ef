package dev.lockstep.tune.surrogate;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Dimension;
import dev.lockstep.tune.space.Domain;
import dev.lockstep.tune.space.Normal;
import dev.lockstep.tune.space.Space;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Looks for the highest point of a function over a space, mixed of ranges, lists and categories:
 * random points and neighbours of given ones, the best of which climb along the dimensions with
 * ever shorter steps.
 */
final class AcquisitionSearch {
  private static final int RANDOM_POINTS = 1000;
  private static final int NEIGHBOURS = 50;
  private static final int CLIMBERS = 5;
  private static final int MOST_EVALUATIONS = 600;
  private static final double FIRST_STEP = 0.1;
  private static final double LAST_STEP = 1e-4;
  private static final double[] SPREADS = {0.1, 0.02, 0.004};

  private record Found(double[] point, double value) {}

  private final ToDoubleFunction<double[]> function;
  private final Space space;
  private final Predicate<double[]> excluded;

  /**
   * A search.
   *
   * @param function to be maximized over snapped points
   * @param excluded points that must not be found
   */
  AcquisitionSearch(
      ToDoubleFunction<double[]> function, Space space, Predicate<double[]> excluded) {
    this.function = function;
    this.space = space;
    this.excluded = excluded;
  }

  /** The best point that was found; empty if all that were looked at are excluded. */
  Optional<double[]> highest(List<double[]> near, RandomKey key) {
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < RANDOM_POINTS; i++) {
      look(space.random(key.child("random").child(i)), found);
    }
    for (int i = 0; i < near.size(); i++) {
      for (int j = 0; j < NEIGHBOURS; j++) {
        RandomKey mine = key.child("near").child(i).child(j);
        look(neighbour(near.get(i), SPREADS[j % SPREADS.length], mine), found);
      }
    }
    found.sort(Comparator.comparingDouble((Found one) -> one.value()).reversed());
    return found.stream()
        .limit(CLIMBERS)
        .map(this::climb)
        .reduce((a, b) -> b.value() > a.value() ? b : a)
        .map(Found::point);
  }

  private void look(double[] point, List<Found> found) {
    if (!excluded.test(point)) {
      found.add(new Found(point, function.applyAsDouble(point)));
    }
  }

  /** A point some dimensions of which are moved a little, or to another category. */
  private double[] neighbour(double[] point, double spread, RandomKey key) {
    double[] moved = point.clone();
    int sure = (int) key.below(0, moved.length);
    for (int k = 0; k < moved.length; k++) {
      RandomKey mine = key.child(k);
      if (k != sure && mine.uniform(0) < 0.5) {
        continue;
      }
      Domain domain = space.dimensions().get(k).domain();
      if (domain.categorical()) {
        moved[k] = mine.uniform(1);
      } else {
        double width = Math.max(spread, cell(domain));
        moved[k] = reflected(moved[k] + width * Normal.quantile(mine.uniform(1)));
      }
    }
    return space.snapped(moved);
  }

  private Found climb(Found from) {
    Found best = from;
    int evaluations = 0;
    double step = FIRST_STEP;
    while (step >= LAST_STEP && evaluations < MOST_EVALUATIONS) {
      boolean climbed = false;
      for (int k = 0; k < best.point().length; k++) {
        for (double place : places(k, best.point()[k], step)) {
          double[] moved = best.point().clone();
          moved[k] = place;
          double[] snapped = space.snapped(moved);
          if (!excluded.test(snapped)) {
            evaluations++;
            double value = function.applyAsDouble(snapped);
            if (value > best.value()) {
              best = new Found(snapped, value);
              climbed = true;
            }
          }
        }
      }
      if (!climbed) {
        step *= 0.4;
      }
    }
    return best;
  }

  private double[] places(int k, double at, double step) {
    Dimension dimension = space.dimensions().get(k);
    Domain domain = dimension.domain();
    if (domain.categorical()) {
      int size = (int) domain.size().getAsLong();
      double[] all = new double[size];
      for (int i = 0; i < size; i++) {
        all[i] = (i + 0.5) / size;
      }
      return all;
    }
    double width = Math.max(step, cell(domain));
    return new double[] {Math.max(0, at - width), Math.min(1, at + width)};
  }

  /** The width of a finite domain's cells, 0 of a continuous one. */
  private static double cell(Domain domain) {
    return domain.size().isPresent() ? 1.0 / domain.size().getAsLong() : 0;
  }

  private static double reflected(double x) {
    double inside = x < 0 ? -x : x > 1 ? 2 - x : x;
    return Math.min(1, Math.max(0, inside));
  }
}
