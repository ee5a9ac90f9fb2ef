package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout.Slice;
import java.util.List;

/**
 * LAMB (You et al. 2020, algorithm 2, with phi the identity): {@code r = mhat / (sqrt(vhat) +
 * epsilon)} as in Adam, {@code u = r + weight_decay w}, {@code w -= rate |w| / |u| u} for each
 * slice. Where |w| or |u| is 0, and on slices that are not penalized, the ratio is 1, those without
 * decay. PyTorch has no LAMB. No l1: a slice's rate is no coordinate's own.
 *
 * @param learningRate the global rate
 * @param beta1 how much of the first moment stays at each step
 * @param beta2 how much of the second moment stays at each step
 * @param epsilon added to the root
 * @param weightDecay the decoupled decay
 */
public record Lamb(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements GradientRule {
  /** The paper's betas and epsilon; no decay. */
  public static final Lamb DEFAULTS = new Lamb(1e-3, 0.9, 0.999, 1e-6, 0);

  /** Checks the ranges. */
  public Lamb {
    Moments.check(learningRate, beta1, beta2, epsilon);
    Ranges.notNegative("weight_decay", weightDecay);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public boolean supportsL1() {
    return false;
  }

  /** Moves the moments and puts u in the gradient's place: its norm needs all of a slice. */
  @Override
  public boolean prepares() {
    return true;
  }

  @Override
  public void prepare(Update update) {
    float[] params = update.params();
    float[] u = update.gradient();
    Moments.advance(update, beta1, beta2, 0, params.length);
    float[] m = update.slots()[0];
    float[] v = update.slots()[1];
    float momentScale = (float) (1 / Moments.correction(beta1, update.step()));
    float rootScale = (float) (1 / Math.sqrt(Moments.correction(beta2, update.step())));
    float guard = (float) epsilon;
    List<Slice> slices = update.layout().slices();
    for (int j = 0; j < slices.size(); j++) {
      Slice slice = slices.get(j);
      float decay = slice.penalized() ? (float) weightDecay : 0f;
      int end = slice.end();
      for (int i = slice.offset(); i < end; i++) {
        float root = (float) Math.sqrt(v[i]) * rootScale + guard;
        u[i] = momentScale * m[i] / root + decay * params[i];
      }
      double size = Slices.norm(params, slice);
      double length = Slices.norm(u, slice);
      boolean trusted = slice.penalized() && size > 0 && length > 0;
      update.sliceFactors()[j] = trusted ? size / length : 1;
    }
  }

  @Override
  public void apply(Update update, int from, int to) {
    List<Slice> slices = update.layout().slices();
    for (int j = 0; j < slices.size(); j++) {
      Slice slice = slices.get(j);
      float rate = (float) (update.rate() * update.sliceFactors()[j]);
      int start = Math.max(from, slice.offset());
      Sgd.descend(update, update.gradient(), rate, start, Math.min(to, slice.end()));
    }
  }
}
