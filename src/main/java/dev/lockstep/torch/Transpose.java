package dev.lockstep.torch;

/**
 * Swaps two dimensions: {@code [steps, values]} become {@code [values, steps]}, over which a
 * convolution slides, and back.
 */
public record Transpose() implements Layer {
  /** The only one. */
  public static final Transpose DEFAULTS = new Transpose();

  @Override
  public Dims output(Dims input) {
    input.requireSteps();
    return Dims.of(input.size(1), input.size(0));
  }

  @Override
  public Operation operation(Dims input) {
    return (x, weights, pass) -> x.transpose(1, 2).contiguous();
  }
}
