package dev.lockstep.tune.surrogate;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Space;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The point of a space with the highest expected improvement by a Gaussian process. Where the last
 * few points all lie near the best one, which can no longer improve by much, the next is sought
 * away from it: expected improvement alone would stay there for good, however small the gain.
 */
public final class ImprovementSearch {
  private static final int BEST_POINTS = 5;
  private static final int RECENT = 3;

  /** Correlations with the best point by the fitted kernel: of points near it, and still of it. */
  private static final double NEAR = 0.95;

  private static final double OF_IT = 0.8;

  private ImprovementSearch() {}

  /** A point that is not excluded; empty if none was found. */
  public static Optional<double[]> propose(
      Observations seen, Space space, Predicate<double[]> excluded, RandomKey key) {
    GaussianProcess process = GaussianProcess.fit(seen, categorical(space), key.child("fit"));
    ExpectedImprovement improvement = new ExpectedImprovement(process);
    List<double[]> near =
        seen.ranked().stream().limit(BEST_POINTS).map(i -> seen.points().get(i)).toList();
    double[] best = near.get(0);
    Optional<double[]> elsewhere = Optional.empty();
    if (seen.last(RECENT).stream().allMatch(point -> process.correlation(point, best) > NEAR)) {
      Predicate<double[]> known =
          point -> excluded.test(point) || process.correlation(point, best) > OF_IT;
      elsewhere =
          new AcquisitionSearch(improvement::at, space, known)
              .highest(near, key.child("elsewhere"));
    }
    return elsewhere.or(
        () ->
            new AcquisitionSearch(improvement::at, space, excluded)
                .highest(near, key.child("search")));
  }

  /** Which dimensions of a space have no order. */
  public static boolean[] categorical(Space space) {
    boolean[] categorical = new boolean[space.dimensions().size()];
    for (int k = 0; k < categorical.length; k++) {
      categorical[k] = space.dimensions().get(k).domain().categorical();
    }
    return categorical;
  }
}
