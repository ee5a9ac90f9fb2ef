package dev.lockstep.optim;

/**
 * AMSGrad (Reddi, Kale, Kumar 2018, algorithm 2), as {@code torch.optim.Adam(amsgrad=True)}: Adam
 * that divides by the largest v so far. As in PyTorch, and unlike the paper, both moments are
 * corrected for their start, the largest v after it was taken.
 *
 * @param learningRate the step size
 * @param beta1 how much of the first moment stays at each step
 * @param beta2 how much of the second moment stays at each step
 * @param epsilon added to the root
 */
public record Amsgrad(double learningRate, double beta1, double beta2, double epsilon)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Amsgrad DEFAULTS = new Amsgrad(1e-3, 0.9, 0.999, 1e-8);

  /** Checks the ranges. */
  public Amsgrad {
    Moments.check(learningRate, beta1, beta2, epsilon);
  }

  @Override
  public int slots() {
    return 3;
  }

  @Override
  public boolean supportsL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    Moments.advance(update, beta1, beta2, from, to);
    float[] v = update.slots()[1];
    float[] largest = update.slots()[2];
    for (int i = from; i < to; i++) {
      largest[i] = Math.max(largest[i], v[i]);
    }
    Moments.descend(update, largest, beta1, beta2, epsilon, from, to);
  }
}
