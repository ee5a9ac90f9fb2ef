package dev.lockstep.tune.strategy;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.surrogate.ImprovementSearch;
import dev.lockstep.tune.surrogate.LatinHypercube;
import dev.lockstep.tune.surrogate.Observations;
import dev.lockstep.tune.surrogate.ParzenTree;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Bayesian optimization: after points that fill the space, each trial is where a model of the
 * scores so far expects most (Snoek et al. 2012; Bergstra et al. 2011). Trials that run, and those
 * chosen before in the same wave, count as if their scores were what the model expects (for {@code
 * tpe}, as not good).
 *
 * @param method the model
 * @param initialPoints trials before the model has a say, enqueued ones included
 */
public record Bayes(Method method, int initialPoints) implements Strategy {
  /** A Gaussian process after ten points. */
  public static final Bayes DEFAULTS = new Bayes(Method.GP, 10);

  /** The model of the scores. */
  public enum Method {
    /** A Gaussian process and the expected improvement. */
    GP,
    /** The tree-structured Parzen estimator. */
    TPE
  }

  /** Checks the range. */
  public Bayes {
    if (initialPoints < 2) {
      throw new IllegalArgumentException("initial_points must be at least 2, is " + initialPoints);
    }
  }

  @Override
  public List<Configuration> next(Space space, History history, int limit, RandomKey key) {
    double[][] design =
        history.size() < initialPoints
            ? LatinHypercube.design(initialPoints, space.dimensions().size(), key.child("design"))
            : new double[0][];
    return Draws.next(
        space,
        history,
        limit,
        key,
        (number, chosen) ->
            number < initialPoints
                ? Optional.of(space.configuration(space.snapped(design[number])))
                : modelled(space, history, chosen, key.child("model").child(number)));
  }

  private Optional<Configuration> modelled(
      Space space, History history, List<Configuration> chosen, RandomKey key) {
    Observations seen = history.observations(space);
    for (Configuration one : chosen) {
      seen = seen.withPending(space.point(one).orElseThrow());
    }
    if (seen.costs().size() < 2) {
      return Optional.empty();
    }
    Predicate<double[]> excluded = excluded(space, seen, history.tried(), chosen);
    Optional<double[]> point =
        method == Method.GP
            ? ImprovementSearch.propose(seen, space, excluded, key)
            : ParzenTree.propose(seen, space, excluded, key);
    return point.map(space::configuration);
  }

  /**
   * The points whose configurations were tried: a space with ranges has such too, where an object
   * has none of them and at their ends. In a finite space, also those next to what was tried.
   */
  private static Predicate<double[]> excluded(
      Space space, Observations seen, Set<Configuration> before, List<Configuration> chosen) {
    Set<Configuration> tried = new HashSet<>(before);
    tried.addAll(chosen);
    Set<List<Double>> near = new HashSet<>();
    if (space.size().isPresent()) {
      seen.points().forEach(point -> near.add(places(space.snapped(point))));
      seen.pending().forEach(point -> near.add(places(space.snapped(point))));
    }
    return point -> near.contains(places(point)) || tried.contains(space.configuration(point));
  }

  private static List<Double> places(double[] point) {
    return Arrays.stream(point).boxed().toList();
  }

  @Override
  public int together(History history, int remaining) {
    return history.size() < initialPoints
        ? Math.min(remaining, initialPoints - history.size())
        : Math.min(remaining, 1);
  }
}
