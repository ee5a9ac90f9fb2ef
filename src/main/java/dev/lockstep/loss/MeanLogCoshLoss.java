package dev.lockstep.loss;

/**
 * {@link LogCoshLoss}, averaged over the outputs of a row: the log_cosh of networks, as Keras's.
 */
public record MeanLogCoshLoss() implements AveragedLoss {
  /** The only one. */
  public static final MeanLogCoshLoss DEFAULTS = new MeanLogCoshLoss();

  @Override
  public Loss summed() {
    return new LogCoshLoss();
  }
}
