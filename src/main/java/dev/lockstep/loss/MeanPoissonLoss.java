package dev.lockstep.loss;

/**
 * {@link PoissonLoss}, averaged over the outputs of a row: the poisson of networks, as PyTorch's
 * PoissonNLLLoss.
 */
public record MeanPoissonLoss() implements AveragedLoss {
  /** The only one. */
  public static final MeanPoissonLoss DEFAULTS = new MeanPoissonLoss();

  @Override
  public Loss summed() {
    return new PoissonLoss();
  }
}
