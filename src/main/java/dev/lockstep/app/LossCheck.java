package dev.lockstep.app;

import dev.lockstep.config.Problems;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.Losses;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.tune.StudyPlan;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Sample;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Refuses a study by {@code loss} whose trials do not have the same one: a smaller {@code delta} of
 * a Huber loss gives smaller values, whatever the model. Class weights and teachers are no part of
 * the loss that judges.
 */
final class LossCheck {
  static final String METRIC = "loss";

  private final Function<Configuration, Optional<Loss>> losses;
  private final Problems problems;
  private Optional<Loss> first = Optional.empty();

  private LossCheck(Function<Configuration, Optional<Loss>> losses, Problems problems) {
    this.losses = losses;
    this.problems = problems;
  }

  /**
   * Compares all that a space and its named configurations can say.
   *
   * @param losses the loss of a trial; empty if it cannot be one
   */
  static void check(
      StudyPlan plan, Function<Configuration, Optional<Loss>> losses, Problems problems) {
    LossCheck check = new LossCheck(losses, problems);
    for (Sample sample : plan.space().samples()) {
      check.compare(sample.place(), sample.configuration());
    }
    plan.named().forEach(check::compare);
  }

  /** The loss by which a model is judged, the same of all whose values compare. */
  static Loss judging(Loss loss, int labels) {
    return labels == 1 ? Losses.ofOneOutput(loss) : loss;
  }

  private void compare(String place, Configuration configuration) {
    Optional<Loss> loss = losses.apply(configuration);
    first = first.or(() -> loss);
    if (loss.isEmpty() || loss.equals(first) || loss.get().task() != first.get().task()) {
      return;
    }
    List<String> known = Metrics.of(first.get());
    List<String> others =
        Metrics.of(loss.get()).stream()
            .filter(name -> known.contains(name) && !name.equals(METRIC))
            .toList();
    problems.add(
        place,
        "makes trials with another loss, whose values do not compare: set tune.metric to one of "
            + String.join(", ", others));
  }
}
