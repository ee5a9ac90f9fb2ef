package dev.lockstep.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code x W^T + b} over the last dimension, as PyTorch's Linear, whose start it has.
 *
 * @param units outputs
 * @param bias whether b is there
 */
public record Dense(int units, boolean bias) implements Layer {
  /** One unit with a bias. */
  public static final Dense DEFAULTS = new Dense(1, true);

  /** Checks the size. */
  public Dense {
    if (units < 1) {
      throw new IllegalArgumentException("units must be at least 1, is " + units);
    }
  }

  /** Units with biases. */
  public Dense(int units) {
    this(units, true);
  }

  @Override
  public Dims output(Dims input) {
    return input.withLast(units);
  }

  @Override
  public List<Weight> weights(Dims input) {
    Weight.Start start = Weight.uniform(input.last());
    List<Weight> weights = new ArrayList<>();
    weights.add(new Weight("weight", Dims.of(units, input.last()), true, start));
    if (bias) {
      weights.add(new Weight("bias", Dims.of(units), false, start));
    }
    return weights;
  }

  @Override
  public Operation operation(Dims input) {
    return bias
        ? (x, weights, pass) -> torch.linear(x, weights[0], new TensorOptional(weights[1]))
        : (x, weights, pass) -> torch.linear(x, weights[0]);
  }
}
