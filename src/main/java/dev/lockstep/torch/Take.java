package dev.lockstep.torch;

import java.util.Objects;

/**
 * One vector of the steps of a row; padding is never seen.
 *
 * @param of what is taken
 */
public record Take(Of of) implements Layer {
  /** What is taken of {@code [steps, values]}. */
  public enum Of {
    /** The mean over real steps. */
    MEAN,
    /** The largest value over real steps. */
    MAX,
    /** The first step. */
    FIRST,
    /** The last real step. */
    LAST
  }

  /** The mean. */
  public static final Take DEFAULTS = new Take(Of.MEAN);

  /** Requires a choice. */
  public Take {
    Objects.requireNonNull(of);
  }

  @Override
  public Dims output(Dims input) {
    input.requireSteps();
    return Dims.of(input.last());
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  @Override
  public Operation operation(Dims input) {
    return (x, weights, pass) -> {
      Lengths lengths = pass.lengths().of(Math.toIntExact(x.size(0)), Math.toIntExact(x.size(1)));
      return switch (of) {
        case MEAN -> TimeSteps.mean(x, lengths);
        case MAX -> TimeSteps.max(x, lengths);
        case FIRST -> x.select(1, 0);
        case LAST -> TimeSteps.last(x, lengths);
      };
    };
  }
}
