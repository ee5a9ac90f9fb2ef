package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code x W^T + b} over the last dimension, as PyTorch's Linear.
 *
 * @param units outputs
 * @param bias whether b is there
 * @param init how it starts
 */
public record Dense(int units, boolean bias, Init init) implements Layer {
  /** One unit with a bias. */
  public static final Dense DEFAULTS = new Dense(1, true, Init.DEFAULT);

  /** Checks the size. */
  public Dense {
    Ranges.atLeastOne("units", units);
    Objects.requireNonNull(init);
  }

  /** Units with biases. */
  public Dense(int units) {
    this(units, true, Init.DEFAULT);
  }

  @Override
  public Dims output(Dims input) {
    return input.withLast(units);
  }

  @Override
  public List<Weight> weights(Dims input) {
    int inputs = input.last();
    List<Weight> weights = new ArrayList<>();
    weights.add(new Weight("weight", Dims.of(units, inputs), true, init.weights(inputs, units)));
    if (bias) {
      weights.add(new Weight("bias", Dims.of(units), false, init.biases(inputs)));
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
