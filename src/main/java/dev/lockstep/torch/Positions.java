package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.List;
import java.util.Objects;

/**
 * Adds a vector to each step that tells its place: without it, attention does not know the order of
 * steps.
 *
 * @param of where the vectors come from
 * @param deviation of the normal distribution that learned vectors start from; GPT's and BERT's is
 *     0.02, PyTorch's for any embedding 1
 */
public record Positions(Of of, double deviation) implements Layer {
  /** Where the vectors come from. */
  public enum Of {
    /** One for each step, trained; named as PyTorch's Embedding of so many steps. */
    LEARNED,
    /** Sines and cosines of wavelengths from 2 pi to 10,000 times that (Vaswani et al. 2017). */
    SINUSOIDAL
  }

  /** Learned ones that start small. */
  public static final Positions DEFAULTS = new Positions(Of.LEARNED, 0.02);

  private static final double LONGEST = 10_000;

  /** Checks the ranges. */
  public Positions {
    Objects.requireNonNull(of);
    Ranges.require(deviation > 0 && deviation < 1e6, "deviation", "above 0", deviation);
  }

  @Override
  public Dims output(Dims input) {
    input.requireSteps();
    return input;
  }

  @Override
  public List<Weight> weights(Dims input) {
    output(input);
    return of == Of.LEARNED
        ? List.of(new Weight("weight", input, true, new Weight.Normal(deviation, 0)))
        : List.of();
  }

  @Override
  public boolean causal() {
    return true;
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  @Override
  public Operation operation(Dims input) {
    if (of == Of.LEARNED) {
      return (x, weights, pass) -> x.add(weights[0].narrow(0, 0, x.size(1)));
    }
    float[] waves = waves(input.size(0), input.last());
    return (x, weights, pass) ->
        x.add(Place.floats(x, waves, input.toArray()).narrow(0, 0, x.size(1)));
  }

  /** {@code [steps, values]}: sines at even, cosines at odd places. */
  private static float[] waves(int steps, int values) {
    float[] waves = new float[Math.multiplyExact(steps, values)];
    for (int i = 0; i < waves.length; i++) {
      int value = i % values;
      double angle = i / values * StrictMath.pow(LONGEST, -(double) (value - value % 2) / values);
      waves[i] = (float) (value % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
    }
    return waves;
  }
}
