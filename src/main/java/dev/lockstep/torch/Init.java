package dev.lockstep.torch;

/** How the weights and biases of a dense or convolutional layer are filled before training. */
public enum Init {
  /**
   * PyTorch's own start, weights and biases alike: uniform within 1 / sqrt(fan in) (its {@code
   * kaiming_uniform_} with a = sqrt 5).
   */
  DEFAULT,

  /**
   * Weights uniform with variance 2 / (fan in + fan out) (Glorot, Bengio 2010), as PyTorch's {@code
   * xavier_uniform_}; biases 0.
   */
  XAVIER,

  /**
   * Weights uniform with variance 2 / fan in (He et al. 2015), as PyTorch's {@code
   * kaiming_uniform_} for relu; biases 0.
   */
  HE,

  /** Weights {@link Orthogonal}; biases 0. */
  ORTHOGONAL;

  private static final double VARIANCE_OF_UNIT = 1.0 / 3;

  /**
   * How weights start.
   *
   * @param fanIn values that an output is made of
   * @param fanOut outputs that a value goes into
   */
  Weight.Start weights(int fanIn, int fanOut) {
    return switch (this) {
      case DEFAULT -> Weight.uniform(fanIn);
      case XAVIER -> uniform(2.0 / ((double) fanIn + fanOut));
      case HE -> uniform(2.0 / fanIn);
      case ORTHOGONAL -> new Orthogonal();
    };
  }

  /** How biases start. */
  Weight.Start biases(int fanIn) {
    return this == DEFAULT ? Weight.uniform(fanIn) : new Weight.Constant(0);
  }

  private static Weight.Start uniform(double variance) {
    return new Weight.Uniform(Math.sqrt(variance / VARIANCE_OF_UNIT));
  }
}
