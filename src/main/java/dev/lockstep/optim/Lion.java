package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * Lion (Chen et al. 2023, algorithm 2): {@code w -= rate (sign(beta1 m + (1 - beta1) g) +
 * weight_decay w)}, then {@code m = beta2 m + (1 - beta2) g}; decay on penalized slices. PyTorch
 * has no Lion. No l1: the step does not scale with the gradient.
 *
 * @param learningRate the step size, the same for every coordinate
 * @param beta1 how much of the moment is in the step
 * @param beta2 how much of the moment stays
 * @param weightDecay the decoupled decay
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay)
    implements GradientRule {
  /** The authors' defaults. */
  public static final Lion DEFAULTS = new Lion(1e-4, 0.9, 0.99, 0);

  /** Checks the ranges. */
  public Lion {
    Ranges.positive("learning_rate", learningRate);
    Ranges.belowOne("beta1", beta1);
    Ranges.belowOne("beta2", beta2);
    Ranges.notNegative("weight_decay", weightDecay);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public boolean supportsL1() {
    return false;
  }

  @Override
  public void apply(Update update, int from, int to) {
    Slices.decay(update, weightDecay, from, to);
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] m = update.slots()[0];
    float rate = (float) update.rate();
    float stepKept = (float) beta1;
    float stepTaken = (float) (1 - beta1);
    float kept = (float) beta2;
    float taken = (float) (1 - beta2);
    for (int i = from; i < to; i++) {
      // The sign by cutting, which compiles to vectors (Math.signum does not); subnormals count
      // less.
      float steep = (stepKept * m[i] + stepTaken * gradient[i]) * Float.MAX_VALUE;
      params[i] -= rate * Math.max(-1f, Math.min(1f, steep));
      m[i] = kept * m[i] + taken * gradient[i];
    }
  }
}
