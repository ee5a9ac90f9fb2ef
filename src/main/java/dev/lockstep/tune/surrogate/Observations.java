package dev.lockstep.tune.surrogate;

import java.util.ArrayList;
import java.util.List;

/**
 * What was seen, in trial order.
 *
 * @param points tried to an end, in the unit cube
 * @param costs of these, finite, lower for better
 * @param pending points whose costs are not known yet
 */
public record Observations(List<double[]> points, List<Double> costs, List<double[]> pending) {
  /** Copies the lists. */
  public Observations {
    points = List.copyOf(points);
    costs = List.copyOf(costs);
    pending = List.copyOf(pending);
    if (points.size() != costs.size()) {
      throw new IllegalArgumentException(
          "points and costs must be as many, are " + points.size() + " and " + costs.size());
    }
  }

  /** The same with another point pending. */
  public Observations withPending(double[] point) {
    List<double[]> more = new ArrayList<>(pending);
    more.add(point);
    return new Observations(points, costs, more);
  }

  /** Numbers of the observations from the lowest cost to the highest, the first of equals first. */
  List<Integer> ranked() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < costs.size(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> Double.compare(costs.get(a), costs.get(b)));
    return order;
  }
}
