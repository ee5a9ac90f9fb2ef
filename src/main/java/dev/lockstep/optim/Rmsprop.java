package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * RMSprop (Tieleman and Hinton 2012, lecture 6.5; centered as in Graves 2013, equations 38-45), as
 * {@code torch.optim.RMSprop}: {@code v = alpha v + (1 - alpha) g^2}, {@code w -= rate g / (sqrt(v)
 * + epsilon)}; epsilon outside the root (Graves has it inside). Centered, {@code v - a^2} stands
 * for v, with {@code a} the average gradient, and 0 where rounding takes it below. With momentum,
 * {@code b = momentum b + g / (sqrt(v) + epsilon)} and {@code w -= rate b}.
 *
 * @param learningRate the step size
 * @param alpha how much of the averages stays at each step
 * @param epsilon added to the root
 * @param momentum how much of the buffer stays at each step
 * @param centered whether to divide by the deviation rather than the root mean square
 */
public record Rmsprop(
    double learningRate, double alpha, double epsilon, double momentum, boolean centered)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Rmsprop DEFAULTS = new Rmsprop(0.01, 0.99, 1e-8, 0, false);

  /** Checks the ranges. */
  public Rmsprop {
    Ranges.positive("learning_rate", learningRate);
    Ranges.belowOne("alpha", alpha);
    Ranges.epsilon(epsilon);
    Ranges.belowOne("momentum", momentum);
  }

  /** v, then the average gradient if centered, then the buffer if there is momentum. */
  @Override
  public int slots() {
    return 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0);
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    float[] gradient = update.gradient();
    advance(update, from, to);
    if (update.wantsRates()) {
      double inBuffer = (1 - StrictMath.pow(momentum, update.step())) / (1 - momentum);
      fillRates(update, (float) (update.rate() * inBuffer), from, to);
    }
    scaleGradient(update, from, to);
    float[] direction = gradient;
    if (momentum > 0) {
      direction = update.slots()[slots() - 1];
      float left = (float) momentum;
      for (int i = from; i < to; i++) {
        direction[i] = left * direction[i] + gradient[i];
      }
    }
    Sgd.descend(update, direction, (float) update.rate(), from, to);
  }

  /** Moves the averages. */
  private void advance(Update update, int from, int to) {
    float[] gradient = update.gradient();
    float[] v = update.slots()[0];
    float kept = (float) alpha;
    float taken = (float) (1 - alpha);
    for (int i = from; i < to; i++) {
      v[i] = kept * v[i] + taken * gradient[i] * gradient[i];
    }
    if (centered) {
      float[] average = update.slots()[1];
      for (int i = from; i < to; i++) {
        average[i] += taken * (gradient[i] - average[i]);
      }
    }
  }

  /** Divides the gradient by its root mean square or deviation, in place. */
  private void scaleGradient(Update update, int from, int to) {
    float[] gradient = update.gradient();
    float[] v = update.slots()[0];
    float guard = (float) epsilon;
    if (centered) {
      float[] average = update.slots()[1];
      for (int i = from; i < to; i++) {
        float variance = Math.max(0f, v[i] - average[i] * average[i]);
        gradient[i] /= (float) Math.sqrt(variance) + guard;
      }
    } else {
      for (int i = from; i < to; i++) {
        gradient[i] /= (float) Math.sqrt(v[i]) + guard;
      }
    }
  }

  /** Writes {@code rate / (root + epsilon)}, as {@link RootRates}. */
  private void fillRates(Update update, float rate, int from, int to) {
    float[] v = update.slots()[0];
    float guard = (float) epsilon;
    if (centered) {
      float[] rates = update.rates();
      float[] average = update.slots()[1];
      for (int i = from; i < to; i++) {
        float variance = Math.max(0f, v[i] - average[i] * average[i]);
        float divisor = (float) Math.sqrt(variance) + guard;
        rates[i] = rate / Math.max(divisor, RootRates.unseen(v[i]));
      }
    } else {
      RootRates.fill(update, v, rate, 1, guard, from, to);
    }
  }
}
