package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.math.RandomKey;
import org.bytedeco.pytorch.Tensor;

/**
 * Sets values to zero at random while training, and scales the others by 1 / (1 - rate) (Srivastava
 * et al. 2014, in PyTorch's inverted form). The draws are counter-based and keyed by seed, step,
 * shard, row and layer: libtorch's own generator, one for the whole process, is never asked.
 *
 * @param rate the share of values that become zero, from 0 to below 1
 */
public record Dropout(double rate) implements Layer {
  /** A half, as PyTorch. */
  public static final Dropout DEFAULTS = new Dropout(0.5);

  private static final int DRAWS = Long.SIZE / Integer.SIZE;
  private static final double INTS = 0x1.0p32;

  /** Checks the rate. */
  public Dropout {
    Ranges.belowOne("rate", rate);
  }

  @Override
  public Dims output(Dims input) {
    return input;
  }

  @Override
  public boolean causal() {
    return true;
  }

  @Override
  public boolean draws() {
    return rate > 0;
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  @Override
  public Operation operation(Dims input) {
    return (x, weights, pass) -> drop(x, rate, pass);
  }

  /**
   * Values of a layer, some of them dropped while training.
   *
   * @param pass its key draws all of {@code x}
   */
  static Tensor drop(Tensor x, double rate, Pass pass) {
    if (!pass.training() || rate == 0) {
      return x;
    }
    float[] mask = mask(Math.toIntExact(x.numel()), rate, pass.key());
    return x.mul(Place.floats(x, mask, x.sizes().vec().get()));
  }

  /** Zeros and 1 / (1 - rate), two draws of 32 bits from each number of the key. */
  private static float[] mask(int length, double rate, RandomKey key) {
    long kept = (long) ((1 - rate) * INTS);
    // Looked up, not chosen by a branch, which would be mispredicted every other time.
    float[] factors = {0f, (float) (1 / (1 - rate))};
    float[] mask = new float[length];
    for (int i = 0; i < length; i += DRAWS) {
      long bits = key.bits(i);
      mask[i] = factors[below(bits >>> Integer.SIZE, kept)];
      if (i + 1 < length) {
        mask[i + 1] = factors[below(bits & 0xFFFFFFFFL, kept)];
      }
    }
    return mask;
  }

  /** 1 if a number of 32 bits is below another, else 0. */
  private static int below(long number, long bound) {
    return (int) ((number - bound) >>> (Long.SIZE - 1));
  }
}
