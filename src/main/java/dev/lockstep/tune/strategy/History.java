package dev.lockstep.tune.strategy;

import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.surrogate.Observations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The trials of a study so far, running ones included.
 *
 * @param trials by number
 * @param higherIsBetter the metric's direction
 */
public record History(List<TrialState> trials, boolean higherIsBetter) {
  /** Copies the list. */
  public History {
    trials = List.copyOf(trials);
  }

  /** How many trials there are. */
  public int size() {
    return trials.size();
  }

  /** The configurations that were tried. */
  public Set<Configuration> tried() {
    return trials.stream().map(one -> one.trial().configuration()).collect(Collectors.toSet());
  }

  /** A metric's value as a cost: lower is better. */
  public double cost(double value) {
    return higherIsBetter ? -value : value;
  }

  /** The cost of a trial's score so far; NaN if it has none. */
  public double cost(TrialState trial) {
    return cost(trial.report().score().mean());
  }

  /** The order of trials by score: the better first, the lower number first of equals. */
  public Comparator<TrialState> order() {
    return Comparator.<TrialState>comparingDouble(this::rank).thenComparing(TrialState::number);
  }

  /** The cost of a trial, infinite if it has none or its value is of no use. */
  private double rank(TrialState trial) {
    double cost = cost(trial);
    return trial.report().status().broken() || Double.isNaN(cost) ? Double.POSITIVE_INFINITY : cost;
  }

  /** The finished trial with the best mean, the lowest number of equals. */
  public Optional<TrialState> best() {
    return trials.stream().filter(TrialState::finished).min(order());
  }

  /**
   * What surrogates learn from. A stopped trial counts with its score so far; one that failed or
   * diverged with the worst score that was seen. A trial whose configuration is no point of the
   * space is left out.
   */
  public Observations observations(Space space) {
    List<double[]> points = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    List<double[]> pending = new ArrayList<>();
    double worst =
        trials.stream()
            .filter(one -> !one.running())
            .mapToDouble(this::rank)
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    for (TrialState trial : trials) {
      Optional<double[]> point = space.point(trial.trial().configuration());
      if (point.isEmpty()) {
        continue;
      }
      if (trial.running()) {
        pending.add(point.get());
      } else {
        double rank = rank(trial);
        points.add(point.get());
        costs.add(Double.isFinite(rank) ? rank : worst);
      }
    }
    return new Observations(points, costs, pending);
  }
}
