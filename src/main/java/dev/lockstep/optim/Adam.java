package dev.lockstep.optim;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), as {@code torch.optim.Adam}: {@code m = beta1 m + (1 -
 * beta1) g}, {@code v = beta2 v + (1 - beta2) g^2}, {@code w -= rate mhat / (sqrt(vhat) + epsilon)}
 * with {@code mhat = m / (1 - beta1^t)}, {@code vhat = v / (1 - beta2^t)}; epsilon outside the
 * root. PyTorch's coupled {@code weight_decay} is the run file's l2.
 *
 * @param learningRate the step size
 * @param beta1 how much of the first moment stays at each step
 * @param beta2 how much of the second moment stays at each step
 * @param epsilon added to the root
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Adam DEFAULTS = new Adam(1e-3, 0.9, 0.999, 1e-8);

  /** Checks the ranges. */
  public Adam {
    Moments.check(learningRate, beta1, beta2, epsilon);
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
    Moments.step(update, beta1, beta2, epsilon, from, to);
  }
}
