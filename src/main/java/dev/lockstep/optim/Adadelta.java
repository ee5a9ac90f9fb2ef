package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * Adadelta (Zeiler 2012, algorithm 1), as {@code torch.optim.Adadelta}: {@code v = rho v + (1 -
 * rho) g^2}, {@code delta = sqrt(u + epsilon) / sqrt(v + epsilon) g}, {@code u = rho u + (1 - rho)
 * delta^2}, {@code w -= rate delta}; epsilon inside the roots. The paper has no rate: its rate is
 * 1.
 *
 * @param learningRate the factor of the step
 * @param rho how much of the averages stays at each step
 * @param epsilon added inside the roots
 */
public record Adadelta(double learningRate, double rho, double epsilon) implements GradientRule {
  /** PyTorch's defaults. */
  public static final Adadelta DEFAULTS = new Adadelta(1.0, 0.9, 1e-6);

  /** Checks the ranges. */
  public Adadelta {
    Ranges.positive("learning_rate", learningRate);
    Ranges.fraction("rho", rho);
    Ranges.epsilon(epsilon);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] v = update.slots()[0];
    float[] u = update.slots()[1];
    float rate = (float) update.rate();
    float kept = (float) rho;
    float taken = (float) (1 - rho);
    float guard = (float) epsilon;
    for (int i = from; i < to; i++) {
      v[i] = kept * v[i] + taken * gradient[i] * gradient[i];
    }
    if (update.wantsRates()) {
      float[] rates = update.rates();
      for (int i = from; i < to; i++) {
        rates[i] = rate * ((float) Math.sqrt(u[i] + guard) / (float) Math.sqrt(v[i] + guard));
      }
    }
    for (int i = from; i < to; i++) {
      float delta = (float) Math.sqrt(u[i] + guard) / (float) Math.sqrt(v[i] + guard) * gradient[i];
      u[i] = kept * u[i] + taken * delta * delta;
      params[i] -= rate * delta;
    }
  }
}
