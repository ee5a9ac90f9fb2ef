package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import java.util.Optional;

/**
 * The penalty of the objective, {@code l1 |w|_1 + (l2 / 2) |w|^2} over penalized slices: the run
 * file's {@code regularization} section, written either with {@code l1} and {@code l2} or as an
 * elastic net with {@code strength} and {@code l1_ratio}. {@link #l1Weight} and {@link #l2Weight}
 * hold for both forms.
 *
 * @param l1 the weight of |w|_1
 * @param l2 the weight of |w|^2 / 2
 * @param strength the weight of the elastic net
 * @param l1Ratio the part of the strength that goes to l1, 0 if left out; the rest goes to l2
 */
public record Regularization(
    Optional<Double> l1, Optional<Double> l2, Optional<Double> strength, Optional<Double> l1Ratio) {
  /** No penalty. */
  public static final Regularization DEFAULTS =
      new Regularization(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Checks the ranges, and that only one form is used. */
  public Regularization {
    l1.ifPresent(value -> Ranges.notNegative("l1", value));
    l2.ifPresent(value -> Ranges.notNegative("l2", value));
    strength.ifPresent(value -> Ranges.notNegative("strength", value));
    l1Ratio.ifPresent(value -> Ranges.fraction("l1_ratio", value));
    if (strength.isPresent() && (l1.isPresent() || l2.isPresent())) {
      throw new IllegalArgumentException(
          "strength %s stands beside %s: write either l1 and l2, or strength and l1_ratio"
              .formatted(
                  Ranges.text(strength.get()),
                  l1.isPresent() ? "l1 " + Ranges.text(l1.get()) : "l2 " + Ranges.text(l2.get())));
    }
    if (l1Ratio.isPresent() && strength.isEmpty()) {
      throw new IllegalArgumentException(
          "l1_ratio %s needs strength, which it divides between l1 and l2"
              .formatted(Ranges.text(l1Ratio.get())));
    }
  }

  /** The penalty of given weights. */
  public static Regularization of(double l1, double l2) {
    return new Regularization(Optional.of(l1), Optional.of(l2), Optional.empty(), Optional.empty());
  }

  /** The weight of |w|_1, whichever form was written. */
  public double l1Weight() {
    return strength.map(value -> value * l1Ratio.orElse(0.0)).orElse(l1.orElse(0.0));
  }

  /** The weight of |w|^2 / 2, whichever form was written. */
  public double l2Weight() {
    return strength.map(value -> value * (1 - l1Ratio.orElse(0.0))).orElse(l2.orElse(0.0));
  }
}
