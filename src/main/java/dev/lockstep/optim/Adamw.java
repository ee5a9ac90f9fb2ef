package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2), as {@code torch.optim.AdamW}: {@code w -= rate
 * weight_decay w} on penalized slices, then Adam's step. As in PyTorch, and unlike the paper, the
 * decay is scaled by the learning rate and not by the schedule alone; PyTorch decays every
 * parameter, ours never intercepts, biases and norms.
 *
 * @param learningRate the step size
 * @param beta1 how much of the first moment stays at each step
 * @param beta2 how much of the second moment stays at each step
 * @param epsilon added to the root
 * @param weightDecay the decoupled decay
 */
public record Adamw(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Adamw DEFAULTS = new Adamw(1e-3, 0.9, 0.999, 1e-8, 1e-2);

  /** Checks the ranges. */
  public Adamw {
    Moments.check(learningRate, beta1, beta2, epsilon);
    Ranges.notNegative("weight_decay", weightDecay);
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
    Slices.decay(update, weightDecay, from, to);
    Moments.step(update, beta1, beta2, epsilon, from, to);
  }
}
