package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout.Slice;
import java.util.List;

/**
 * LARS (You, Gitman, Ginsburg 2017, equation 6 and algorithm 1): each slice has the local rate
 * {@code trust_coefficient |w| / (|g| + weight_decay |w|)}, {@code b = momentum b + rate local (g +
 * weight_decay w)}, {@code w -= b}. Where |w| or |g| is 0, and on slices that are not penalized,
 * the local rate is 1, those without decay. PyTorch has no LARS. No l1: a slice's rate is no
 * coordinate's own.
 *
 * @param learningRate the global rate
 * @param momentum how much of the buffer stays at each step
 * @param trustCoefficient eta of the paper
 * @param weightDecay beta of the paper
 */
public record Lars(
    double learningRate, double momentum, double trustCoefficient, double weightDecay)
    implements GradientRule {
  /** The paper's momentum and trust coefficient; no decay. */
  public static final Lars DEFAULTS = new Lars(1.0, 0.9, 1e-3, 0);

  /** Checks the ranges. */
  public Lars {
    Ranges.positive("learning_rate", learningRate);
    Ranges.belowOne("momentum", momentum);
    Ranges.positive("trust_coefficient", trustCoefficient);
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
  public boolean prepares() {
    return true;
  }

  @Override
  public void prepare(Update update) {
    List<Slice> slices = update.layout().slices();
    for (int j = 0; j < slices.size(); j++) {
      Slice slice = slices.get(j);
      double size = Slices.norm(update.params(), slice);
      double steepness = Slices.norm(update.gradient(), slice);
      boolean trusted = slice.penalized() && size > 0 && steepness > 0;
      update.sliceFactors()[j] =
          trusted ? trustCoefficient * size / (steepness + weightDecay * size) : 1;
    }
  }

  @Override
  public void apply(Update update, int from, int to) {
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] buffer = update.slots()[0];
    float kept = (float) momentum;
    List<Slice> slices = update.layout().slices();
    for (int j = 0; j < slices.size(); j++) {
      Slice slice = slices.get(j);
      float rate = (float) (update.rate() * update.sliceFactors()[j]);
      float decay = slice.penalized() ? (float) weightDecay : 0f;
      int end = Math.min(to, slice.end());
      for (int i = Math.max(from, slice.offset()); i < end; i++) {
        buffer[i] = kept * buffer[i] + rate * (gradient[i] + decay * params[i]);
        params[i] -= buffer[i];
      }
    }
  }
}
