package dev.lockstep.loss;

/**
 * {@link HuberLoss}, averaged over the outputs of a row: the huber of networks, as PyTorch's
 * HuberLoss.
 *
 * @param delta where the square becomes a line, above 0
 */
public record MeanHuberLoss(double delta) implements AveragedLoss {
  /** A delta of 1, as PyTorch. */
  public static final MeanHuberLoss DEFAULTS = new MeanHuberLoss(1);

  /** Checks delta. */
  public MeanHuberLoss {
    new HuberLoss(delta);
  }

  @Override
  public Loss summed() {
    return new HuberLoss(delta);
  }
}
