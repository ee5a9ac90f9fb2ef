package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import java.util.Optional;

/**
 * What happens to a gradient before the optimizer sees it: the run file's {@code gradient} section.
 *
 * @param clipNorm the largest global norm, over all parameters; larger gradients are scaled down
 * @param clipValue the largest magnitude of a coordinate; larger ones are cut. Cut before scaled
 *     where both are given
 * @param accumulate how many micro-batches a step's batch is computed in, one after the other; the
 *     sums add up, so the step stays that of the whole batch
 */
public record GradientTransforms(
    Optional<Double> clipNorm, Optional<Double> clipValue, int accumulate) {
  /** No clipping, one batch. */
  public static final GradientTransforms DEFAULTS =
      new GradientTransforms(Optional.empty(), Optional.empty(), 1);

  /** Checks the ranges. */
  public GradientTransforms {
    clipNorm.ifPresent(value -> Ranges.positive("clip_norm", value));
    clipValue.ifPresent(value -> Ranges.positive("clip_value", value));
    Ranges.atLeastOne("accumulate", accumulate);
  }

  /** Whether gradients are clipped at all. */
  public boolean clips() {
    return clipNorm.isPresent() || clipValue.isPresent();
  }
}
