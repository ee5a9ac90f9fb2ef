package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * Adagrad (Duchi, Hazan, Singer 2011, figure 1 with the diagonal matrix), as {@code
 * torch.optim.Adagrad}: {@code n += g^2}, {@code w -= rate / (1 + (t - 1) lr_decay) g / (sqrt(n) +
 * epsilon)}; epsilon outside the root.
 *
 * @param learningRate the step size
 * @param lrDecay how the rate falls with the steps, before any schedule
 * @param initialAccumulator what n starts from
 * @param epsilon added to the root
 */
public record Adagrad(
    double learningRate, double lrDecay, double initialAccumulator, double epsilon)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Adagrad DEFAULTS = new Adagrad(0.01, 0, 0, 1e-10);

  /** Checks the ranges. */
  public Adagrad {
    Ranges.positive("learning_rate", learningRate);
    Ranges.notNegative("lr_decay", lrDecay);
    Ranges.notNegative("initial_accumulator", initialAccumulator);
    Ranges.epsilon(epsilon);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public float slotStart() {
    return (float) initialAccumulator;
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] n = update.slots()[0];
    float rate = (float) (update.rate() / (1 + (update.step() - 1) * lrDecay));
    float guard = (float) epsilon;
    for (int i = from; i < to; i++) {
      n[i] += gradient[i] * gradient[i];
    }
    for (int i = from; i < to; i++) {
      params[i] -= rate * gradient[i] / ((float) Math.sqrt(n[i]) + guard);
    }
    if (update.wantsRates()) {
      RootRates.fill(update, n, rate, 1, guard, from, to);
    }
  }
}
