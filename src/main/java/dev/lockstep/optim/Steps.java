package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import java.util.List;
import java.util.Optional;

/**
 * Multiplies the rate by gamma again and again: at milestones (PyTorch's MultiStepLR) or at equal
 * distances (StepLR).
 *
 * @param warmup how long the rate rises first
 * @param warmupStart the factor from which it rises
 * @param gamma what the rate is multiplied by
 * @param milestones when; empty for equal distances
 * @param every the distance; 30 % of all steps where neither is given
 */
public record Steps(
    Duration warmup,
    double warmupStart,
    double gamma,
    List<Duration> milestones,
    Optional<Duration> every)
    implements Schedule {
  /** PyTorch's gamma. */
  public static final Steps DEFAULTS =
      new Steps(Duration.NONE, 0, 0.1, List.of(), Optional.empty());

  private static final Duration DISTANCE = new Duration(30, Duration.Unit.PERCENT);

  /** Checks the ranges. */
  public Steps {
    Ranges.fraction("warmup_start", warmupStart);
    Ranges.require(gamma > 0 && gamma <= 1, "gamma", "above 0 and at most 1", gamma);
    every.ifPresent(distance -> Ranges.positive("every", distance.amount()));
    milestones = List.copyOf(milestones);
    if (every.isPresent() && !milestones.isEmpty()) {
      throw new IllegalArgumentException(
          "every %s stands beside milestones %s: write one of them"
              .formatted(every.get(), milestones));
    }
  }

  @Override
  public double factor(Progress progress) {
    long times = 0;
    if (milestones.isEmpty()) {
      double distance = every.orElse(DISTANCE).atLeastOneStep(progress);
      times = (long) (progress.step() / distance);
    }
    for (Duration milestone : milestones) {
      times += progress.step() >= milestone.steps(progress) ? 1 : 0;
    }
    return StrictMath.pow(gamma, times);
  }
}
