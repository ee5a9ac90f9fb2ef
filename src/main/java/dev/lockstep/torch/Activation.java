package dev.lockstep.torch;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A function of each value, with PyTorch's constants.
 *
 * @param function which one
 */
public record Activation(Function function) implements Layer {
  /** The functions. */
  public enum Function {
    /** max(0, x). */
    RELU,
    /** x, or 0.01 x below 0. */
    LEAKY_RELU,
    /** x, or exp(x) - 1 below 0. */
    ELU,
    /** x times the normal distribution function (exact, not its tanh form). */
    GELU,
    /** x sigmoid(x), also called swish. */
    SILU,
    /** The hyperbolic tangent. */
    TANH,
    /** 1 / (1 + exp(-x)). */
    SIGMOID
  }

  /** relu. */
  public static final Activation DEFAULTS = new Activation(Function.RELU);

  /** Requires a function. */
  public Activation {
    Objects.requireNonNull(function);
  }

  @Override
  public Dims output(Dims input) {
    return input;
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
    return (x, weights, pass) -> apply(function, x);
  }

  /** A function of each value. */
  static Tensor apply(Function function, Tensor x) {
    return switch (function) {
      case RELU -> torch.relu(x);
      case LEAKY_RELU -> torch.leaky_relu(x);
      case ELU -> torch.elu(x);
      case GELU -> torch.gelu(x);
      case SILU -> torch.silu(x);
      case TANH -> torch.tanh(x);
      case SIGMOID -> torch.sigmoid(x);
    };
  }
}
