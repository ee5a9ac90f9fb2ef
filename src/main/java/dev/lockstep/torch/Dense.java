package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
  public boolean causal() {
    return true;
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  /** A product, then the bias: libtorch computes the two in one only in float32. */
  @Override
  public Operation operation(Dims input) {
    return bias
        ? (x, weights, pass) -> x.matmul(weights[0].t()).add_(weights[1])
        : (x, weights, pass) -> x.matmul(weights[0].t());
  }
}
