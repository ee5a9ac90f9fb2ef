package dev.lockstep.torch;

import org.bytedeco.pytorch.global.torch;

/** All dimensions of a row as one. */
public record Flatten() implements Layer {
  /** The only one. */
  public static final Flatten DEFAULTS = new Flatten();

  @Override
  public Dims output(Dims input) {
    return Dims.of(input.count());
  }

  @Override
  public Operation operation(Dims input) {
    return (x, weights, pass) -> torch.flatten(x, 1, -1);
  }
}
