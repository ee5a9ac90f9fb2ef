package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import java.util.Arrays;

/**
 * Nadam (Dozat 2016, algorithm 8 with the schedule of the momentum in the text below it), as {@code
 * torch.optim.NAdam}: Adam with {@code mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)} and the step
 * {@code mu_(t+1) m / (1 - mu_1..mu_(t+1)) + (1 - mu_t) g / (1 - mu_1..mu_t)} in the place of mhat;
 * epsilon outside the root. The product of all mu is computed anew at each step, once ({@link
 * #prepare}), so the rule has no hidden number beside its slots.
 *
 * @param learningRate the step size
 * @param beta1 how much of the first moment stays at each step
 * @param beta2 how much of the second moment stays at each step
 * @param epsilon added to the root
 * @param momentumDecay how fast mu comes near beta1
 */
public record Nadam(
    double learningRate, double beta1, double beta2, double epsilon, double momentumDecay)
    implements GradientRule {
  /** PyTorch's defaults. */
  public static final Nadam DEFAULTS = new Nadam(2e-3, 0.9, 0.999, 1e-8, 4e-3);

  /** Below this, 1 - product is 1 in float64. */
  private static final double VANISHED = 0x1.0p-54;

  /** Checks the ranges. */
  public Nadam {
    Moments.check(learningRate, beta1, beta2, epsilon);
    Ranges.notNegative("momentum_decay", momentumDecay);
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
  public void prepare(Update update) {
    Arrays.fill(update.sliceFactors(), product(update.step()));
  }

  @Override
  public void apply(Update update, int from, int to) {
    Moments.advance(update, beta1, beta2, from, to);
    long step = update.step();
    double product = update.sliceFactors()[0];
    double next = mu(step + 1);
    double ofMoment = next / (1 - product * next);
    double ofGradient = (1 - mu(step)) / (1 - product);
    float rootScale = (float) (1 / Math.sqrt(Moments.correction(beta2, step)));
    descend(update, ofMoment, ofGradient, rootScale, from, to);
    if (update.wantsRates()) {
      double factors = ofMoment * Moments.correction(beta1, step) + ofGradient;
      float rate = (float) (update.rate() * factors);
      float[] v = update.slots()[1];
      RootRates.fill(update, v, rate, rootScale, (float) epsilon, from, to);
    }
  }

  private void descend(
      Update update, double ofMoment, double ofGradient, float rootScale, int from, int to) {
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] m = update.slots()[0];
    float[] v = update.slots()[1];
    float momentRate = (float) (update.rate() * ofMoment);
    float gradientRate = (float) (update.rate() * ofGradient);
    float guard = (float) epsilon;
    for (int i = from; i < to; i++) {
      float root = (float) Math.sqrt(v[i]) * rootScale + guard;
      params[i] -= (gradientRate * gradient[i] + momentRate * m[i]) / root;
    }
  }

  private double mu(long step) {
    return beta1 * (1 - 0.5 * StrictMath.pow(0.96, step * momentumDecay));
  }

  private double product(long step) {
    double ratio = StrictMath.pow(0.96, momentumDecay);
    double power = 1;
    double product = 1;
    for (long t = 1; t <= step && product > VANISHED; t++) {
      power *= ratio;
      product *= beta1 * (1 - 0.5 * power);
    }
    return product;
  }
}
