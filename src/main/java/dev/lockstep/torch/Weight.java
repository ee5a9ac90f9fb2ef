package dev.lockstep.torch;

import dev.lockstep.data.Layout.Role;
import java.util.random.RandomGenerator;

/**
 * A tensor of a layer.
 *
 * @param name within the layer, as PyTorch has it: {@code weight}, {@code bias}
 * @param dims its dimensions
 * @param penalized whether l1, l2 and weight decay apply (false for biases and norms)
 * @param role whether it is trained or a running statistic
 * @param start how it is filled before training
 */
public record Weight(String name, Dims dims, boolean penalized, Role role, Start start) {
  /** A tensor that is trained. */
  public Weight(String name, Dims dims, boolean penalized, Start start) {
    this(name, dims, penalized, Role.TRAINED, start);
  }

  /** A tensor of a role, not penalized. */
  public Weight(String name, Dims dims, Role role, Start start) {
    this(name, dims, false, role, start);
  }

  /** How a tensor is filled before training. */
  public sealed interface Start permits Uniform, Normal, Constant, Orthogonal {}

  /**
   * Independent draws from [-bound, bound).
   *
   * @param bound above 0
   */
  public record Uniform(double bound) implements Start {}

  /**
   * Independent draws of a normal distribution around 0, from pairs of uniform ones (Box and Muller
   * 1958).
   *
   * @param deviation above 0
   * @param zeros so many values at the front are 0 instead
   * @param lastZeros so many values at the end are 0 instead
   */
  public record Normal(double deviation, int zeros, int lastZeros) implements Start {
    /** Without zeros at the end. */
    public Normal(double deviation, int zeros) {
      this(deviation, zeros, 0);
    }

    double draw(RandomGenerator random) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      return deviation * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }
  }

  /**
   * One value everywhere.
   *
   * @param value the value
   */
  public record Constant(double value) implements Start {}

  /**
   * PyTorch's start of dense and convolutional layers, weights and biases alike: uniform within 1 /
   * sqrt(inputs of a unit) (its {@code kaiming_uniform_} with a = sqrt 5).
   */
  static Start uniform(int fanIn) {
    return new Uniform(1 / Math.sqrt(fanIn));
  }

  /**
   * Writes the values to start from.
   *
   * @param params written from {@code offset} on
   */
  void fill(float[] params, int offset, RandomGenerator random) {
    if (start instanceof Orthogonal matrix) {
      matrix.fill(params, offset, dims, random);
      return;
    }
    int end = offset + dims.count();
    for (int i = offset; i < end; i++) {
      if (start instanceof Uniform uniform) {
        params[i] = (float) (uniform.bound() * (2 * random.nextDouble() - 1));
      } else if (start instanceof Normal normal) {
        boolean zero = i - offset < normal.zeros() || i >= end - normal.lastZeros();
        params[i] = zero ? 0f : (float) normal.draw(random);
      } else if (start instanceof Constant constant) {
        params[i] = (float) constant.value();
      }
    }
  }
}
