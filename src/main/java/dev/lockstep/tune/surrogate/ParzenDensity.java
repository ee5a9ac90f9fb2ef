package dev.lockstep.tune.surrogate;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Domain;
import dev.lockstep.tune.space.Normal;
import dev.lockstep.tune.space.Space;
import java.util.List;

/**
 * A mixture of kernels about points of the cube and one wide kernel over all of it. Numbers have
 * normal kernels cut off at the cube's sides; categories keep their value with a fixed probability.
 * Dimensions that do not apply to the point asked for have no say, and the kernel of a point to
 * which one does not apply is wide along that one.
 */
final class ParzenDensity {
  private static final double WIDTH = 0.2;
  private static final double PRIOR_WIDTH = 1.0;
  private static final double STAYS = 0.75;

  private final List<double[]> points;
  private final boolean[][] active;
  private final Space space;
  private final double width;

  ParzenDensity(List<double[]> points, Space space) {
    this.points = points;
    this.active = points.stream().map(space::active).toArray(boolean[][]::new);
    this.space = space;
    // Scott 1992: by the number of points and dimensions.
    double power = -1.0 / (space.dimensions().size() + 4);
    width = WIDTH * Elementary.exp(power * Elementary.log(Math.max(1, points.size())));
  }

  /** A random point; not snapped. */
  double[] draw(RandomKey key) {
    int kernel = (int) key.below(0, points.size() + 1);
    double[] drawn = new double[space.dimensions().size()];
    for (int k = 0; k < drawn.length; k++) {
      RandomKey mine = key.child(k);
      Domain domain = space.dimensions().get(k).domain();
      if (kernel == points.size() || !active[kernel][k]) {
        drawn[k] = mine.uniform(0);
      } else if (domain.categorical()) {
        drawn[k] = mine.uniform(0) < STAYS ? points.get(kernel)[k] : mine.uniform(1);
      } else {
        double centre = points.get(kernel)[k];
        double low = Normal.cumulative(-centre / wide(domain));
        double high = Normal.cumulative((1 - centre) / wide(domain));
        double z = Normal.quantile(low + mine.uniform(0) * (high - low));
        drawn[k] = Math.min(1, Math.max(0, centre + wide(domain) * z));
      }
    }
    return drawn;
  }

  /** The logarithm of the density at a snapped point. */
  double log(double[] point) {
    boolean[] asked = space.active(point);
    double[] logs = new double[points.size() + 1];
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logs.length; i++) {
      for (int k = 0; k < point.length; k++) {
        if (asked[k]) {
          boolean about = i < points.size() && active[i][k];
          logs[i] += log(point[k], about ? points.get(i) : null, k);
        }
      }
      highest = Math.max(highest, logs[i]);
    }
    double sum = 0;
    for (double log : logs) {
      sum += Elementary.exp(log - highest);
    }
    return highest + Elementary.log(sum / logs.length);
  }

  private double log(double x, double[] point, int k) {
    Domain domain = space.dimensions().get(k).domain();
    if (domain.categorical()) {
      double even = 1.0 / domain.size().getAsLong();
      boolean same = point != null && Math.abs(point[k] - x) < 0.5 * even;
      return Elementary.log(point == null ? even : (same ? STAYS : 0) + (1 - STAYS) * even);
    }
    double centre = point == null ? 0.5 : point[k];
    double spread = point == null ? PRIOR_WIDTH : wide(domain);
    double inside = Normal.cumulative((1 - centre) / spread) - Normal.cumulative(-centre / spread);
    return Normal.logDensity((x - centre) / spread) - Elementary.log(spread * inside);
  }

  /** No kernel is narrower than a value's cell. */
  private double wide(Domain domain) {
    return domain.size().isPresent() ? Math.max(width, 0.5 / domain.size().getAsLong()) : width;
  }
}
