package dev.lockstep.tune.strategy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * Stops a trial whose best value so far is worse than the median of the running averages that other
 * trials had at the same mark (Golovin et al. 2017, section 3.2.2). Those are the trials that
 * finished, as there, and also the running ones of the same wave, which are at the same mark and
 * would otherwise all go on to their end.
 *
 * @param startupTrials with fewer other trials at the mark none is stopped
 * @param warmupEpochs no trial is stopped before
 * @param everyEpochs from one mark to the next
 */
public record MedianPruner(int startupTrials, int warmupEpochs, int everyEpochs) implements Pruner {
  /** Five trials to compare with, from the first epoch on. */
  public static final MedianPruner DEFAULTS = new MedianPruner(5, 1, 1);

  /** Checks the ranges. */
  public MedianPruner {
    atLeast("startup_trials", startupTrials, 1);
    atLeast("warmup_epochs", warmupEpochs, 0);
    atLeast("every_epochs", everyEpochs, 1);
  }

  private static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", is " + value);
    }
  }

  @Override
  public OptionalInt markAfter(int epochs) {
    int first = Math.max(1, warmupEpochs);
    if (epochs < first) {
      return OptionalInt.of(first);
    }
    return OptionalInt.of(first + ((epochs - first) / everyEpochs + 1) * everyEpochs);
  }

  @Override
  public Set<Integer> losers(int mark, List<TrialState> wave, History history) {
    Set<Integer> losers = new TreeSet<>();
    int now = wave.isEmpty() ? -1 : wave.get(0).trial().wave();
    Map<Integer, Double> averages = new HashMap<>();
    for (TrialState one : history.trials()) {
      if (one.finished() || (one.running() && one.trial().wave() == now)) {
        double average = average(mark, one, history);
        if (Double.isFinite(average)) {
          averages.put(one.number(), average);
        }
      }
    }
    double[] sorted =
        averages.values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
    for (TrialState trial : wave) {
      Double own = averages.get(trial.number());
      int others = sorted.length - (own == null ? 0 : 1);
      if (trial.running() && others >= startupTrials) {
        int left = own == null ? sorted.length : Arrays.binarySearch(sorted, own);
        if (!(best(mark, trial, history) <= median(sorted, left))) {
          losers.add(trial.number());
        }
      }
    }
    return losers;
  }

  /**
   * The least cost of a trial up to a mark: what its model has may be worse by then. NaN if it has
   * none.
   */
  private static double best(int mark, TrialState trial, History history) {
    DoubleStream marks =
        trial.marks().stream()
            .filter(one -> one.epochs() <= mark)
            .mapToDouble(one -> history.cost(one.report().now()));
    return DoubleStream.concat(DoubleStream.of(history.cost(trial)), marks)
        .filter(cost -> !Double.isNaN(cost))
        .min()
        .orElse(Double.NaN);
  }

  /** The mean cost of a trial's marks up to one; NaN if it has none. */
  private static double average(int mark, TrialState trial, History history) {
    return trial.marks().stream()
        .filter(one -> one.epochs() <= mark)
        .mapToDouble(one -> history.cost(one.report().now()))
        .average()
        .orElse(Double.NaN);
  }

  /** The median without one place, or of all with a place past the end. */
  private static double median(double[] sorted, int left) {
    int size = left < sorted.length ? sorted.length - 1 : sorted.length;
    double middle = sorted[size / 2 + (size / 2 < left ? 0 : 1)];
    int below = size / 2 - 1;
    return size % 2 == 1 ? middle : (sorted[below + (below < left ? 0 : 1)] + middle) / 2;
  }

  @Override
  public String reason(int mark) {
    return "worse than the median after " + mark + (mark == 1 ? " epoch" : " epochs");
  }
}
