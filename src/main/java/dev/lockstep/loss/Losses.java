package dev.lockstep.loss;

import dev.lockstep.config.Registry;

/** The losses that a run file can name for a network; linear models have theirs by their kind. */
public final class Losses {
  /** All losses by name; to add one, a record and a line here. */
  public static final Registry<Loss> REGISTRY =
      new Registry<Loss>("loss", Loss.class)
          .with("cross_entropy", SoftmaxLoss.class)
          .with("binary_cross_entropy", LogisticLoss.class)
          .with("mse", MeanSquaredLoss.class)
          .with("mae", MeanAbsoluteLoss.class)
          .with("huber", MeanHuberLoss.class)
          .with("log_cosh", MeanLogCoshLoss.class)
          .with("poisson", MeanPoissonLoss.class)
          .with("next_token", NextTokenLoss.class);

  private Losses() {}

  /** The loss of models with one output, where a mean over outputs is the sum. */
  public static Loss ofOneOutput(Loss loss) {
    return loss instanceof AveragedLoss averaged ? averaged.summed() : loss;
  }
}
