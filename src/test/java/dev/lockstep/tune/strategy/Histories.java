package dev.lockstep.tune.strategy;

import dev.lockstep.tune.space.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Histories for tests. */
public final class Histories {
  private Histories() {}

  /** No trials, lower is better. */
  public static History empty() {
    return new History(List.of(), false);
  }

  /** A history with more running trials, each of its own wave. */
  public static History started(History before, List<Configuration> next) {
    List<TrialState> trials = new ArrayList<>(before.trials());
    for (Configuration configuration : next) {
      int number = trials.size();
      trials.add(state(number, number, Status.RUNNING, configuration, new double[0]));
    }
    return new History(trials, before.higherIsBetter());
  }

  /** A history in which every running trial has finished with the value of a function. */
  public static History finished(History before, ToDoubleFunction<Configuration> function) {
    List<TrialState> trials = new ArrayList<>(before.trials());
    trials.replaceAll(
        one ->
            one.running()
                ? state(
                    one.number(),
                    one.trial().wave(),
                    Status.FINISHED,
                    one.trial().configuration(),
                    function.applyAsDouble(one.trial().configuration()))
                : one);
    return new History(trials, before.higherIsBetter());
  }

  /** A trial with a value per fold, one epoch old. */
  public static TrialState state(
      int number, int wave, Status status, Configuration configuration, double... values) {
    List<FoldReport> folds = new ArrayList<>();
    for (double value : values) {
      folds.add(new FoldReport(1, value, value, 1));
    }
    return new TrialState(
        new Trial(number, wave, 0, false, configuration),
        new TrialReport(number, status, Optional.empty(), folds, 0),
        List.of());
  }
}
