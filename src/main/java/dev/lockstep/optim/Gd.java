package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * Full gradient descent (Cauchy 1847): {@code w -= rate g} with the gradient over all training
 * rows.
 *
 * @param learningRate the step size
 */
public record Gd(double learningRate) implements GradientRule {
  /** A rate for standardized features. */
  public static final Gd DEFAULTS = new Gd(0.1);

  /** Checks the range. */
  public Gd {
    Ranges.positive("learning_rate", learningRate);
  }

  @Override
  public int slots() {
    return 0;
  }

  @Override
  public boolean fullBatch() {
    return true;
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    Sgd.descend(update, update.gradient(), (float) update.rate(), from, to);
    Sgd.uniformRates(update, update.rate(), from, to);
  }
}
