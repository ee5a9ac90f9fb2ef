package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout.Slice;

/**
 * FTRL-proximal (McMahan 2011, section 3, whose cumulative l1 is {@code t lambda |w|_1}; per
 * coordinate rates of McMahan et al. 2013, algorithm 1): {@code w = argmin g_(1..t) w + t l1 |w|_1
 * + 1/2 sum_s (q_s - q_(s-1)) (w - w_s)^2} with {@code q_t = (beta + sqrt(g_1^2 + .. + g_t^2)) /
 * rate}.
 *
 * <p>It applies the run's l1 itself, and exactly: a coordinate is 0 while its summed gradients stay
 * within {@code t l1}. The l1 of algorithm 1 (and of TensorFlow) is a constant that does not grow
 * with t and so fades against the loss; with the cumulative one the limit is the minimum of the
 * run's objective. The run's l2 is part of the gradient. PyTorch has no FTRL.
 *
 * <p>Slots are the sums of squares n and the subgradient of l1 chosen so far, s in [-t l1, t l1],
 * instead of the paper's {@code z = -(q w + s)}: the same iterates from {@code w = 0}, also right
 * from any other start and under a schedule, since no past rate is needed.
 *
 * @param learningRate alpha of the paper
 * @param beta keeps the first rates finite
 */
public record Ftrl(double learningRate, double beta) implements GradientRule {
  /** The paper's advice: beta 1; a rate for features of unit scale. */
  public static final Ftrl DEFAULTS = new Ftrl(0.1, 1.0);

  /** Checks the ranges. */
  public Ftrl {
    Ranges.positive("learning_rate", learningRate);
    Ranges.positive("beta", beta);
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
  public boolean ownL1() {
    return true;
  }

  @Override
  public void apply(Update update, int from, int to) {
    if (update.rate() == 0) {
      return;
    }
    float largest = (float) (update.l1() * update.step());
    for (Slice slice : update.layout().slices()) {
      int start = Math.max(from, slice.offset());
      int end = Math.min(to, slice.end());
      apply(update, slice.penalized() ? largest : 0f, start, end);
    }
  }

  private void apply(Update update, float largest, int from, int to) {
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] n = update.slots()[0];
    float[] s = update.slots()[1];
    float start = (float) beta;
    float scale = (float) (1 / update.rate());
    for (int i = from; i < to; i++) {
      float g = gradient[i];
      n[i] += g * g;
      float q = (start + (float) Math.sqrt(n[i])) * scale;
      float pull = q * params[i] + s[i] - g;
      s[i] = Math.max(-largest, Math.min(largest, pull));
      params[i] = (pull - s[i]) / q;
    }
  }
}
