package dev.lockstep.torch;

import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Layer normalization (Ba, Kiros, Hinton 2016) over the last dimension, with a scale and a shift
 * for each of its values, as PyTorch's LayerNorm.
 *
 * @param epsilon added to the variance, inside the root
 */
public record Norm(double epsilon) implements Layer {
  /** 1e-5, as PyTorch. */
  public static final Norm DEFAULTS = new Norm(1e-5);

  /** Checks epsilon. */
  public Norm {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon must be above 0 and below 1, is " + epsilon);
    }
  }

  @Override
  public Dims output(Dims input) {
    return input;
  }

  @Override
  public List<Weight> weights(Dims input) {
    Dims dims = Dims.of(input.last());
    return List.of(
        new Weight("weight", dims, false, new Weight.Constant(1)),
        new Weight("bias", dims, false, new Weight.Constant(0)));
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
    long[] normalized = {input.last()};
    return (x, weights, pass) ->
        torch.layer_norm(
            x,
            normalized,
            new TensorOptional(weights[0]),
            new TensorOptional(weights[1]),
            epsilon,
            true);
  }
}
