package dev.lockstep.tune.surrogate;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Space;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The point of a space with the highest expected improvement by a Gaussian process. */
public final class ImprovementSearch {
  private static final int BEST_POINTS = 5;

  private ImprovementSearch() {}

  /** A point that is not excluded; empty if none was found. */
  public static Optional<double[]> propose(
      Observations seen, Space space, Predicate<double[]> excluded, RandomKey key) {
    GaussianProcess process = GaussianProcess.fit(seen, categorical(space), key.child("fit"));
    ExpectedImprovement improvement = new ExpectedImprovement(process);
    List<double[]> near =
        seen.ranked().stream().limit(BEST_POINTS).map(i -> seen.points().get(i)).toList();
    return new AcquisitionSearch(improvement::at, space, excluded)
        .highest(near, key.child("search"));
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
