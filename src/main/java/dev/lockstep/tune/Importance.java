package dev.lockstep.tune;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Dimension;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.TrialState;
import dev.lockstep.tune.strategy.TrialState.MarkReport;
import dev.lockstep.tune.surrogate.GaussianProcess;
import dev.lockstep.tune.surrogate.ImprovementSearch;
import dev.lockstep.tune.surrogate.Observations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much of the scores' variance over the space a dimension explains: Sobol's indices (Saltelli
 * et al. 2010, table 2, b and f) of the mean of a Gaussian process that is fitted to the trials, in
 * its transformed costs. Over random configurations, not over those that the strategy preferred.
 *
 * @param name of the dimension
 * @param alone the part that it explains by itself, in [0, 1]
 * @param total the part that is lost without it, interactions included, in [0, 1]
 */
public record Importance(String name, double alone, double total) {
  private static final int DRAWS = 2048;

  /** With fewer observations nothing can be said. */
  private static final int FEWEST = 5;

  /** The importance of each dimension, in the space's order; empty if there are too few trials. */
  public static List<Importance> of(Space space, History history, long seed) {
    History compared = comparable(history);
    if (compared.trials().stream().filter(one -> isSeen(one, space)).count() < FEWEST) {
      return List.of();
    }
    Observations seen = compared.observations(space);
    RandomKey key = RandomKey.of(seed).child("importance");
    GaussianProcess process =
        GaussianProcess.fit(
            new Observations(seen.points(), seen.costs(), List.of()),
            ImprovementSearch.categorical(space),
            key.child("fit"));
    double[][] a = draws(space, key.child("a"));
    double[][] b = draws(space, key.child("b"));
    double[] atA = means(process, space, a);
    double[] atB = means(process, space, b);
    double variance = variance(atA, atB);
    List<Importance> importances = new ArrayList<>();
    for (int k = 0; k < space.dimensions().size(); k++) {
      Dimension dimension = space.dimensions().get(k);
      double[][] mixed = new double[DRAWS][];
      for (int i = 0; i < DRAWS; i++) {
        mixed[i] = a[i].clone();
        mixed[i][k] = b[i][k];
      }
      double[] atMixed = means(process, space, mixed);
      double alone = 0;
      double total = 0;
      for (int i = 0; i < DRAWS; i++) {
        alone += atB[i] * (atMixed[i] - atA[i]);
        total += 0.5 * (atA[i] - atMixed[i]) * (atA[i] - atMixed[i]);
      }
      importances.add(
          new Importance(
              dimension.name(), part(alone / DRAWS, variance), part(total / DRAWS, variance)));
    }
    return importances;
  }

  /**
   * Trials whose scores are of equally long trainings. Where some were stopped early: those that
   * came to their own end, or those that have the commonest mark, there, if these are too few.
   */
  private static History comparable(History history) {
    List<TrialState> stopped = history.trials().stream().filter(Importance::isStopped).toList();
    if (stopped.isEmpty()) {
      return history;
    }
    List<TrialState> compared = new ArrayList<>(history.trials());
    compared.removeAll(stopped);
    List<TrialState> finished = compared.stream().filter(TrialState::finished).toList();
    if (finished.size() < FEWEST) {
      compared.removeAll(finished);
      List<TrialState> all = Stream.concat(finished.stream(), stopped.stream()).toList();
      compared.addAll(at(commonestMark(all), all));
    }
    return new History(compared, history.higherIsBetter());
  }

  /** Whether a trial has a value of its own at a point of the space; failures have none. */
  private static boolean isSeen(TrialState trial, Space space) {
    return !trial.running()
        && !trial.report().status().broken()
        && Double.isFinite(trial.report().score().mean())
        && space.point(trial.trial().configuration()).isPresent();
  }

  private static boolean isStopped(TrialState trial) {
    return trial.report().status() == Status.PRUNED || trial.report().status() == Status.STOPPED;
  }

  /** The mark that most trials have a report at, of several the last one; 0 if none has any. */
  private static int commonestMark(List<TrialState> trials) {
    Map<Integer, Long> counts =
        trials.stream()
            .flatMap(one -> one.marks().stream())
            .collect(Collectors.groupingBy(MarkReport::epochs, Collectors.counting()));
    return counts.entrySet().stream()
        .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  /** The trials that have a report at a mark, as they were there. */
  private static List<TrialState> at(int mark, List<TrialState> trials) {
    List<TrialState> there = new ArrayList<>();
    for (TrialState trial : trials) {
      trial.marks().stream()
          .filter(one -> one.epochs() == mark)
          .findFirst()
          .map(one -> one.report().as(Status.STOPPED, "compared here"))
          .ifPresent(report -> there.add(new TrialState(trial.trial(), report, List.of())));
    }
    return there;
  }

  private static double[][] draws(Space space, RandomKey key) {
    double[][] points = new double[DRAWS][space.dimensions().size()];
    for (int i = 0; i < DRAWS; i++) {
      for (int k = 0; k < points[i].length; k++) {
        points[i][k] = key.child(i).uniform(k);
      }
    }
    return points;
  }

  private static double[] means(GaussianProcess process, Space space, double[][] points) {
    double[] means = new double[points.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = process.mean(space.snapped(points[i]));
    }
    return means;
  }

  private static double variance(double[] a, double[] b) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += a[i] + b[i];
      squares += a[i] * a[i] + b[i] * b[i];
    }
    double mean = sum / (2 * DRAWS);
    return squares / (2 * DRAWS) - mean * mean;
  }

  private static double part(double explained, double variance) {
    return variance > 1e-12 ? Math.min(1, Math.max(0, explained / variance)) : 0;
  }
}
