package dev.lockstep.tune;

import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.TrialState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of the finished trials is the study's answer. */
public enum Choose {
  /** The best mean; the lowest number of equals. */
  BEST,
  /**
   * Of the trials whose mean is within one standard error of the best one's (Breiman et al. 1984,
   * section 3.4.3), the most strongly regularized: the highest value of the first of {@link
   * #STRENGTHS} that the configurations have; of equals, and where they have none, the best.
   */
  ONE_STANDARD_ERROR;

  /** What regularizes, by path. */
  static final List<String> STRENGTHS =
      List.of(
          "regularization.strength",
          "regularization.l2",
          "regularization.l1",
          "optimizer.weight_decay");

  /** The chosen trial; empty if none has finished. */
  public Optional<TrialState> of(History history) {
    Optional<TrialState> best = history.best();
    if (this == BEST || best.isEmpty()) {
      return best;
    }
    double limit = history.cost(best.get()) + best.get().report().score().standardError();
    List<TrialState> near =
        history.trials().stream()
            .filter(TrialState::finished)
            .filter(one -> history.cost(one) <= limit)
            .toList();
    Comparator<TrialState> order = history.order();
    for (String path : STRENGTHS) {
      if (near.stream().anyMatch(one -> find(one, path).isPresent())) {
        order =
            Comparator.<TrialState>comparingDouble(
                    one -> find(one, path).orElse(Double.NEGATIVE_INFINITY))
                .reversed()
                .thenComparing(order);
        break;
      }
    }
    return near.stream().min(order);
  }

  /** Whether a configuration says how strongly it is regularized. */
  static boolean hasStrength(Configuration configuration) {
    return STRENGTHS.stream().anyMatch(path -> find(configuration, path).isPresent());
  }

  private static Optional<Double> find(TrialState trial, String path) {
    return find(trial.trial().configuration(), path);
  }

  private static Optional<Double> find(Configuration configuration, String path) {
    return configuration
        .find(path)
        .filter(Number.class::isInstance)
        .map(value -> ((Number) value).doubleValue());
  }
}
