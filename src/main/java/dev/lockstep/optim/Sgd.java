package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import java.util.Arrays;

/**
 * Stochastic gradient descent with momentum as {@code torch.optim.SGD} has it (Sutskever, Martens,
 * Dahl, Hinton 2013, equations 1-4, with the rate outside the buffer): {@code b = momentum b + (1 -
 * dampening) g}, {@code b = g} at the first step; {@code w -= rate b}, or with Nesterov {@code w -=
 * rate (g + momentum b)}.
 *
 * <p>A coordinate's rate, for l1, is the rate times the sum of the factors with which its past
 * gradients stand in the step, so that the fixed point is the minimum of the penalized objective.
 *
 * @param learningRate the step size
 * @param momentum how much of the buffer stays at each step
 * @param dampening how much of the gradient is kept out of the buffer
 * @param nesterov whether the step looks ahead; needs momentum without dampening
 */
public record Sgd(double learningRate, double momentum, double dampening, boolean nesterov)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Sgd DEFAULTS = new Sgd(1e-3, 0, 0, false);

  /** Checks the ranges. */
  public Sgd {
    Ranges.positive("learning_rate", learningRate);
    Ranges.belowOne("momentum", momentum);
    Ranges.belowOne("dampening", dampening);
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "nesterov needs momentum above 0 and dampening 0, has momentum %s and dampening %s"
              .formatted(Ranges.text(momentum), Ranges.text(dampening)));
    }
    if (dampening != 0 && momentum == 0) {
      throw new IllegalArgumentException(
          "dampening %s has no effect without momentum".formatted(Ranges.text(dampening)));
    }
  }

  @Override
  public int slots() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    if (momentum == 0) {
      descend(update, update.gradient(), (float) update.rate(), from, to);
      uniformRates(update, update.rate(), from, to);
      return;
    }
    float[] gradient = update.gradient();
    float[] buffer = update.slots()[0];
    float kept = (float) momentum;
    float taken = update.step() == 1 ? 1f : (float) (1 - dampening);
    for (int i = from; i < to; i++) {
      buffer[i] = kept * buffer[i] + taken * gradient[i];
    }
    float rate = (float) update.rate();
    if (nesterov) {
      float[] params = update.params();
      for (int i = from; i < to; i++) {
        params[i] -= rate * (gradient[i] + kept * buffer[i]);
      }
    } else {
      descend(update, buffer, rate, from, to);
    }
    uniformRates(update, update.rate() * gradientFactor(update.step()), from, to);
  }

  /** The sum of the factors of all gradients so far in the step of a number. */
  private double gradientFactor(long step) {
    double left = StrictMath.pow(momentum, step - 1);
    double inBuffer = left + (1 - dampening) * (1 - left) / (1 - momentum);
    return nesterov ? 1 + momentum * inBuffer : inBuffer;
  }

  /** {@code params -= rate direction} over a range. */
  static void descend(Update update, float[] direction, float rate, int from, int to) {
    float[] params = update.params();
    for (int i = from; i < to; i++) {
      params[i] -= rate * direction[i];
    }
  }

  /** Writes one rate for every coordinate of a range, where rates are wanted. */
  static void uniformRates(Update update, double rate, int from, int to) {
    if (update.wantsRates()) {
      Arrays.fill(update.rates(), from, to, (float) rate);
    }
  }
}
